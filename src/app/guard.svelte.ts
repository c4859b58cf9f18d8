/** What may go out of a turn's output to a root model on another host: the user's standing choice. */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import type { OutputGuard } from '../core/run/output-guard';
import type { SettingsPort } from './model-ports';

const KEY = 'guard';
export const MIN_CAP_CHARS = 200;
const DEFAULT_CAP_CHARS = 4_000;

const schema = v.object({
  mode: v.picklist(['off', 'cap', 'ask']),
  capChars: v.pipe(v.number(), v.integer(), v.minValue(MIN_CAP_CHARS)),
});
type Kept = v.InferOutput<typeof schema>;
export type GuardMode = Kept['mode'];

export class GuardState {
  readonly #settings: SettingsPort;
  #kept: Kept = $state.raw({ mode: 'off', capChars: DEFAULT_CAP_CHARS });
  #typed: string | null = $state.raw(null);
  #problem: Problem | null = $state.raw(null);

  constructor(settings: SettingsPort) {
    this.#settings = settings;
  }

  /** Reads what was kept. Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(schema, await this.#settings.get(KEY));
      if (stored.success) this.#kept = stored.output;
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  get mode(): GuardMode {
    return this.#kept.mode;
  }
  set mode(mode: GuardMode) {
    this.#keep({ ...this.#kept, mode });
  }

  /** The cap as it stands in its field. */
  get capText(): string {
    return this.#typed ?? String(this.#kept.capChars);
  }
  /** What is wrong with what was typed, or null. */
  get capProblem(): string | null {
    return this.#typed === null || capOf(this.#typed) !== null
      ? null
      : `Enter a whole number of characters, ${String(MIN_CAP_CHARS)} or more.`;
  }
  /** Takes what was typed; the cap changes only when it can be read. */
  typeCap(typed: string): void {
    this.#typed = typed;
    const capChars = capOf(typed);
    if (capChars !== null) this.#keep({ ...this.#kept, capChars });
  }

  /** Why the choice is not kept; it holds until the page closes. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** As a run takes it. */
  get guard(): OutputGuard {
    const { mode, capChars } = this.#kept;
    return mode === 'cap' ? { mode, chars: capChars } : { mode };
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#settings.set(KEY, kept).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}

function capOf(typed: string): number | null {
  const chars = Number(typed.replace(/[\s,_]/g, ''));
  return Number.isInteger(chars) && chars >= MIN_CAP_CHARS && chars <= 1e9 ? chars : null;
}
