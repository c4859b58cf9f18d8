/**
 * How questions are asked beyond two models and their limits: who judges answers, whom a failing call moves up to, which
 * way is taken, and whether recorded replies are.
 */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import type { WayAsked } from '../core/record/events';
import { choiceSchema, type ModelChoice } from './model-settings';
import type { SettingsPort } from './model-ports';
import type { ModelsState } from './models.svelte';

/** A role whose calls can move up to stronger models. */
export type LadderRole = 'root' | 'sub' | 'verifier';

/** More steps than anyone climbs; a stored list cannot be longer. */
export const MAX_STEPS = 8;

const steps = v.fallback(v.pipe(v.array(choiceSchema), v.maxLength(MAX_STEPS)), []);

const askingSchema = v.object({
  /** Null: nobody judges answers. */
  verifier: v.fallback(v.nullable(choiceSchema), null),
  /** Weakest first. */
  ladders: v.fallback(v.object({ root: steps, sub: steps, verifier: steps }), {
    root: [],
    sub: [],
    verifier: [],
  }),
  way: v.fallback(v.picklist(['auto', 'recurse', 'direct']), 'auto'),
  cache: v.fallback(v.boolean(), true),
});
type AskingSettings = v.InferOutput<typeof askingSchema>;

const SETTINGS_KEY = 'asking';

export interface AskingPorts {
  readonly settings: SettingsPort;
  readonly models: Pick<ModelsState, 'refOf' | 'connection'>;
}

export class AskingState {
  readonly #ports: AskingPorts;
  #settings: AskingSettings = $state.raw(v.parse(askingSchema, {}));
  #problem: Problem | null = $state.raw(null);

  constructor(ports: AskingPorts) {
    this.#ports = ports;
  }

  /** Why the choices are not kept; they hold until the page closes. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Reads what was kept. Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(askingSchema, await this.#ports.settings.get(SETTINGS_KEY));
      if (stored.success) this.#settings = stored.output;
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  /** What was chosen to judge answers; null for nobody, also once its server was removed. */
  get verifierChoice(): ModelChoice | null {
    const { verifier } = this.#settings;
    return verifier && this.#known(verifier) ? verifier : null;
  }
  /** The model that judges answers; null when none is chosen, or none of the server's yet. */
  get verifier(): ModelRef | null {
    const choice = this.verifierChoice;
    return choice && isNamed(choice) ? this.#ports.models.refOf(choice) : null;
  }
  /** Null: nobody. The built-in reader cannot judge. */
  chooseVerifier(choice: ModelChoice | null): void {
    this.#save({ verifier: choice?.provider === 'reader' ? null : choice });
  }

  /** The steps of a role, weakest first; those whose server was removed are not among them. */
  steps(role: LadderRole): readonly ModelChoice[] {
    return this.#settings.ladders[role].filter((choice) => this.#known(choice));
  }
  /** The models of a role's steps, without those not named yet. */
  ladder(role: LadderRole): readonly ModelRef[] {
    return this.steps(role)
      .filter(isNamed)
      .map((choice) => this.#ports.models.refOf(choice));
  }

  addStep(role: LadderRole, choice: ModelChoice): void {
    this.#setSteps(role, [...this.steps(role), choice].slice(0, MAX_STEPS));
  }
  changeStep(role: LadderRole, index: number, choice: ModelChoice): void {
    this.#setSteps(role, this.steps(role).with(index, choice));
  }
  removeStep(role: LadderRole, index: number): void {
    this.#setSteps(role, this.steps(role).toSpliced(index, 1));
  }
  /** Puts a step at another place; one outside the list is no place. */
  moveStep(role: LadderRole, from: number, to: number): void {
    const steps = this.steps(role);
    const step = steps[from];
    if (step && to >= 0 && to < steps.length)
      this.#setSteps(role, steps.toSpliced(from, 1).toSpliced(to, 0, step));
  }

  get way(): WayAsked {
    return this.#settings.way;
  }
  set way(way: WayAsked) {
    this.#save({ way });
  }

  /** Whether recorded replies to the same sub-calls are taken, unless a question says otherwise. */
  get cache(): boolean {
    return this.#settings.cache;
  }
  set cache(cache: boolean) {
    this.#save({ cache });
  }

  /** Whether a model of this device judges, or is moved up to. */
  get usesDevice(): boolean {
    const choices = [this.verifierChoice, ...ROLES.flatMap((role) => this.steps(role))];
    return choices.some((choice) => choice?.provider === 'webllm');
  }

  #known(choice: ModelChoice): boolean {
    if (choice.provider === 'openai') return this.#ports.models.connection(choice.connectionId) !== null;
    return choice.provider === 'webllm';
  }

  #setSteps(role: LadderRole, steps: readonly ModelChoice[]): void {
    this.#save({ ladders: { ...this.#settings.ladders, [role]: steps } });
  }

  #save(changes: Partial<AskingSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.#ports.settings.set(SETTINGS_KEY, this.#settings).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}

const ROLES: readonly LadderRole[] = ['root', 'sub', 'verifier'];

/** A connection may be chosen before one of its models is. */
function isNamed(choice: ModelChoice): boolean {
  return choice.provider !== 'openai' || choice.model !== '';
}
