/** The texts in the body of a request, read out of the body itself, not out of what was meant to be sent. */

import * as v from 'valibot';
import type { SentPart } from './departure';

const chatSchema = v.looseObject({
  messages: v.array(v.looseObject({ role: v.string(), content: v.string() })),
});

/**
 * Nothing of the body is left out: what is no message content comes last, as one part of JSON (`fields`).
 * A body that is no chat request is one part by itself.
 */
export function partsOfBody(body: string): SentPart[] {
  if (body === '') return [];
  const parsed = v.safeParse(chatSchema, parseJson(body));
  if (!parsed.success) return [{ role: 'body', text: body }];
  const { messages, ...fields } = parsed.output;
  const parts: SentPart[] = messages.map(({ role, content }) => ({ role, text: content }));
  const further = messages.map(({ role: _, content: __, ...rest }) => rest);
  const rest = further.some((one) => Object.keys(one).length > 0) ? { ...fields, messages: further } : fields;
  parts.push({ role: 'fields', text: JSON.stringify(rest) });
  return parts.filter(({ text }) => text !== '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
