/** The user's own tools and prompts: as scripts give them, and as they are kept for questions asked on the page. */

import type { Tier } from '../core/turn/sizes';
import { checkPrompts } from '../core/turn/prompt-check';
import { readTools } from '../core/run/tool-check';
import type { RunRequest } from '../core/run/request';
import type { ToolAudience } from '../core/run/tools';
import type { PromptsState } from './prompts.svelte';
import type { ToolsState } from './tools.svelte';

/** A Python function or value; its name is the key it stands under. */
export interface GivenTool {
  /** Python that defines the name, or an expression for its value. */
  readonly python: string;
  /** For the model: what it does, in a sentence. */
  readonly description?: string;
  /** Which runs of a tree have it; both when absent. */
  readonly offeredTo?: ToolAudience;
}

export interface OwnOptions {
  readonly tools?: Readonly<Record<string, GivenTool>>;
  /**
   * System prompts by the window of the root model: `full` from 32k tokens, `short` from 8k, `tiny` below. Placeholders
   * such as `{{tools}}` are those of the editor under Settings; every other brace is literal.
   */
  readonly prompts?: Readonly<Partial<Record<Tier, string>>>;
}

/** As a run takes them. @throws SondeError `invalid-argument` that names what is wrong */
export function readOwn({ tools, prompts }: OwnOptions): Pick<RunRequest, 'tools' | 'prompts'> {
  if (prompts !== undefined) checkPrompts(prompts);
  return {
    ...(tools !== undefined && { tools: readTools(tools) }),
    ...(prompts !== undefined && { prompts }),
  };
}

/** What of the user's own is kept; nothing is where one is absent. */
export interface OwnStates {
  readonly tools?: Pick<ToolsState, 'active'>;
  readonly prompts?: Pick<PromptsState, 'own'>;
}

/** What is kept and switched on, as a run takes it. */
export function ownOf({ tools, prompts }: OwnStates): Required<Pick<RunRequest, 'tools' | 'prompts'>> {
  return { tools: tools?.active ?? [], prompts: prompts?.own ?? {} };
}
