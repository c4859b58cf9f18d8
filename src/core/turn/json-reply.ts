/** JSON in a model's reply: the words that ask for it, finding it among other words, and asking once more. */

import type { JsonSchema } from '../ports';

/** Put below a prompt for models that cannot be held to a schema. */
export function jsonInstruction(schema: JsonSchema): string {
  return `Reply with JSON only, no other words. It must match this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** Said to a model whose reply was not what was asked for. */
export function repairRequest(schema: JsonSchema, complaint: string): string {
  return `Your reply was not taken. ${complaint}\n\n${jsonInstruction(schema)}`;
}

export interface JsonText {
  /** Exactly as it stood in the reply: numbers keep their digits. */
  readonly text: string;
  readonly value: unknown;
}

const FENCE = /```(?:json|JSON)?[ \t]*\r?\n([\s\S]*?)\r?\n?[ \t]*```/g;

/**
 * The one JSON value of a reply: all of it, or what stands in its fence, or the first object or array in its text.
 * Thinking is passed over. Null when there is none.
 */
export function findJson(reply: string): JsonText | null {
  const text = reply.replace(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/gi, '').trim();
  const whole = parse(text);
  if (whole) return whole;
  for (const [, inside = ''] of text.matchAll(FENCE)) {
    const found = parse(inside.trim());
    if (found) return found;
  }
  return firstValue(text);
}

/** Starts tried in a text without end; each costs a look at the rest. */
const MAX_STARTS = 50;

function firstValue(text: string): JsonText | null {
  let tried = 0;
  for (const { index } of text.matchAll(/[{[]/g)) {
    if (++tried > MAX_STARTS) return null;
    const end = endOfValue(text, index);
    const found = end === null ? null : parse(text.slice(index, end));
    if (found) return found;
  }
  return null;
}

/** Where the object or array that starts here is closed; brackets in strings do not count. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return i + 1;
  }
  return null;
}

function parse(text: string): JsonText | null {
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    return null; // not JSON: that is the answer asked for here
  }
}
