/** The user's own tools and prompts, as scripts give them. */

import type { Tier } from '../core/turn/sizes';
import { checkPrompts } from '../core/turn/prompt-check';
import { readTools } from '../core/run/tool-check';
import type { RunRequest } from '../core/run/request';
import type { ToolAudience } from '../core/run/tools';

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
