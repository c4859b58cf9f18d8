/** What a system prompt comes to with the models, limits and tools chosen now. */

import { toProblem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import { toolsAt } from '../core/run/tool-list';
import type { Limits } from '../core/run/limits';
import type { Tool } from '../core/run/tools';
import { PLACEHOLDERS, type SystemFacts } from '../core/turn/prompt-placeholders';
import { systemPrompt } from '../core/turn/prompts';
import { deriveSizes, type Tier } from '../core/turn/sizes';
import { TokenGauge } from '../core/turn/tokens';

export interface PreviewChoices {
  readonly models: { readonly root: ModelRef; readonly sub: ModelRef; readonly limits: Limits };
  readonly tools: { readonly active: readonly Tool[] };
  readonly openModel: (ref: ModelRef) => ChatModel;
}

export interface PromptPreview {
  readonly prompt: string;
  readonly tokens: number;
  /** The window it was made for, in tokens: the root model's, or one of the tier's size when that is not its own. */
  readonly windowTokens: number;
  /** The root model and its window; null for the built-in reader, which reads no prompt, and where it cannot be had. */
  readonly root: { readonly name: string; readonly windowTokens: number; readonly tier: Tier } | null;
  /** What each placeholder stands for here. */
  readonly placeholders: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly value: string;
  }[];
}

/** A window of each size, where the chosen root model has another. */
const TYPICAL_WINDOW: Readonly<Record<Tier, number>> = { full: 128_000, short: 16_000, tiny: 4_096 };

/** @param template the text of the tier, as it is being edited */
export function previewPrompt(tier: Tier, template: string, choices: PreviewChoices): PromptPreview {
  const reads = choices.models.root.provider !== 'reader';
  const root = reads ? opened(choices.models.root, choices) : null;
  const sub = opened(choices.models.sub, choices);
  const own = root && deriveSizes(root, root).tier;
  const windowTokens = root && own === tier ? root.contextTokens : TYPICAL_WINDOW[tier];
  const window = { contextTokens: windowTokens };
  const { maxDepth, maxTurns, maxConcurrency } = choices.models.limits;
  const facts: SystemFacts = {
    sizes: { ...deriveSizes(window, sub ?? window), tier },
    depthLeft: Math.max(0, maxDepth - 1),
    batchWidth: sub?.engine === undefined ? maxConcurrency : 1,
    maxTurns,
    tools: toolsAt(choices.tools.active, 0),
  };
  const prompt = systemPrompt({ ...facts, prompts: { [tier]: template } });
  return {
    prompt,
    tokens: new TokenGauge(windowTokens).text(prompt),
    windowTokens,
    root: root && own && { name: root.name, windowTokens: root.contextTokens, tier: own },
    placeholders: PLACEHOLDERS.map(({ name, meaning, value }) => ({ name, meaning, value: value(facts) })),
  };
}

/** Null for a model that cannot be had now; its own place says why. */
function opened(ref: ModelRef, { openModel }: PreviewChoices): ChatModel | null {
  try {
    return openModel(ref);
  } catch (thrown) {
    if (toProblem(thrown).code === 'internal') throw thrown;
    return null;
  }
}
