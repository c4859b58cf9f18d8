/** What an official log says of the question and of the context, which have no fields of their own. */

import { codePointLength } from '../corpus/context';
import type { ContextLabel } from './events';
import type { LogRun } from './official-log';

/** Variables the context has in logs of one version or another. */
const CONTEXT_NAMES = ['context', 'context_0', 'completion_context', 'session_context_0'];

/** The value of the context, from the variables of the first cell that shows it; undefined when no cell does. */
export function contextValueOf({ iterations, others }: LogRun): unknown {
  for (const { code_blocks: blocks } of iterations)
    for (const { result } of blocks ?? [])
      for (const name of CONTEXT_NAMES) {
        const value = result?.locals?.[name];
        if (value !== undefined && value !== null) return value;
      }
  return others.find(({ type }) => type === 'run_context')?.['prompt'];
}

/** @param prompt of the call that started a child run: its context */
export function contextLabel(log: LogRun, prompt?: string): ContextLabel {
  const value = contextValueOf(log) ?? prompt;
  const none = { corpusId: null, corpusName: null, documents: [] };
  if (typeof value === 'string') {
    const chars = codePointLength(value);
    return { ...none, typeName: 'str', chars, documents: [{ id: 'context', name: 'context', chars }] };
  }
  if (value !== undefined) {
    const typeName = Array.isArray(value) ? 'list' : 'dict';
    return { ...none, typeName, chars: codePointLength(JSON.stringify(value)) };
  }
  const said = /Your context is a (\w+) (?:of|with) (\d+) total characters/.exec(messagesText(log));
  return { ...none, typeName: said?.[1] ?? 'str', chars: Number(said?.[2] ?? 0) };
}

/** The words around a question, in the prompts of the official implementation and in ours. */
const QUESTION_FORMS = [
  /^Answer the following: ([^]*?)\n\nYour context is a /m,
  /to answer the original (?:prompt|query): "([^]*?)"\.?\n/,
  /^Question: ([^]*?)\n\n/m,
];

/** Null when the context alone is the prompt, or no question is found. */
export function questionOf(log: LogRun): string | null {
  const given = log.others.map(({ root_prompt: prompt }) => prompt).find((one) => typeof one === 'string');
  if (typeof given === 'string') return given;
  const text = messagesText(log);
  for (const form of QUESTION_FORMS) {
    const found = form.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** The first messages but for the system's. */
function messagesText({ iterations }: LogRun): string {
  const prompt = iterations[0]?.prompt ?? '';
  if (typeof prompt === 'string') return prompt;
  const said = prompt.flatMap(({ role, content }) =>
    role !== 'system' && typeof content === 'string' ? [content] : [],
  );
  return said.slice(0, 3).join('\n');
}
