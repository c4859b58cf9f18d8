/** Limits while they are typed: what stands in each field, what is wrong with it, and what can be read of it. */

import { LIMIT_FIELDS, parseLimit } from '../core/run/limit-fields';
import type { Limits } from '../core/run/limits';

type LimitName = keyof Limits;

export class LimitTyping {
  readonly #models: { readonly limits: Limits; setLimits(limits: Limits): void };
  #typed = $state.raw<Partial<Record<LimitName, string>>>({});

  /** @param models keeps the limits */
  constructor(models: { readonly limits: Limits; setLimits(limits: Limits): void }) {
    this.#models = models;
  }

  /** A limit as it stands in its field. */
  text(name: LimitName): string {
    return this.#typed[name] ?? String(this.#models.limits[name] ?? '');
  }

  /** What is wrong with what was typed, or null. */
  problem(name: LimitName): string | null {
    const typed = this.#typed[name];
    const field = LIMIT_FIELDS.find((candidate) => candidate.name === name);
    if (typed === undefined || !field) return null;
    const parsed = parseLimit(field, typed);
    return parsed.ok ? null : parsed.problem;
  }

  /** Whether there is one that cannot be read. */
  get isWrong(): boolean {
    return LIMIT_FIELDS.some(({ name }) => this.problem(name) !== null);
  }

  /** Takes what was typed; a limit changes only when it can be read. */
  type(name: LimitName, typed: string): void {
    const field = LIMIT_FIELDS.find((candidate) => candidate.name === name);
    if (!field) return;
    this.#typed = { ...this.#typed, [name]: typed };
    const parsed = parseLimit(field, typed);
    if (parsed.ok) this.#models.setLimits({ ...this.#models.limits, [name]: parsed.value });
  }
}
