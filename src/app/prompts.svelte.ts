/** System prompts of the user's own, one for each size of window; where there is none the built-in one is used. */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import { MAX_PROMPT_CHARS, promptProblem } from '../core/turn/prompt-check';
import { BUILT_IN_PROMPTS } from '../core/turn/prompt-texts';
import type { Tier } from '../core/turn/sizes';
import type { SettingsPort } from './model-ports';

const KEY = 'prompts';

const text = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(MAX_PROMPT_CHARS))), undefined);
const keptSchema = v.object({ full: text, short: text, tiny: text });
type Kept = v.InferOutput<typeof keptSchema>;

const TIERS: readonly Tier[] = ['full', 'short', 'tiny'];

export class PromptsState {
  readonly #settings: SettingsPort;
  #kept: Kept = $state.raw({});
  #problem: Problem | null = $state.raw(null);

  constructor(settings: SettingsPort) {
    this.#settings = settings;
  }

  /** Reads what was kept. Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(keptSchema, await this.#settings.get(KEY));
      if (stored.success) this.#kept = stored.output;
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  /** Why the prompts are not kept; they hold until the page closes. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** The text of a tier as it stands in its editor, placeholders and all. */
  template(tier: Tier): string {
    return this.#kept[tier] ?? BUILT_IN_PROMPTS[tier];
  }
  isOwn(tier: Tier): boolean {
    return this.#kept[tier] !== undefined;
  }
  /** Takes a text for a tier; the built-in one, word for word, is no text of one's own. */
  write(tier: Tier, template: string): void {
    if (template === BUILT_IN_PROMPTS[tier]) this.reset(tier);
    else this.#keep({ ...this.#kept, [tier]: template });
  }
  /** Goes back to the built-in one. */
  reset(tier: Tier): void {
    this.#keep({ ...this.#kept, [tier]: undefined });
  }

  /** As runs take them; one that cannot be used is not among them, and the built-in one is used. */
  get own(): Readonly<Partial<Record<Tier, string>>> {
    const own: Partial<Record<Tier, string>> = {};
    for (const tier of TIERS) {
      const template = this.#kept[tier];
      if (template !== undefined && promptProblem(template) === null) own[tier] = template;
    }
    return own;
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#settings.set(KEY, kept).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}
