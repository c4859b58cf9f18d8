/** A schema as a sandbox sent it: text until it has been read, an object of bounded depth after that. */

import type { JsonSchema } from '../../core/ports';

/** Deeper ones serve no one, and what is nested without end can be neither stored nor walked. */
const MAX_DEPTH = 100;

/** Never throws, whatever the text is. */
export function readSchema(text: string): { readonly schema: JsonSchema } | { readonly refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: 'the schema is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { refused: 'the schema is not a JSON object' };
  if (isDeeperThan(MAX_DEPTH, value)) return { refused: 'the schema is nested too deeply' };
  return { schema: value as JsonSchema }; // an object out of `JSON.parse` has text keys
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(depth - 1, inner));
}
