/** Tools: Python functions and values of the user's own, offered to the model beside the built-in names. */

/** Which runs of a tree have it. */
export type ToolAudience = 'root' | 'children' | 'both';

export interface Tool {
  /** What cells call it; a Python identifier that is not reserved. */
  readonly name: string;
  /** Python that defines `name`, or an expression whose value it takes. */
  readonly python: string;
  /** For the model: what it does, in a sentence. */
  readonly description: string;
  readonly offeredTo: ToolAudience;
}
