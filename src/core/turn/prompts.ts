/** What the root model is told before its first turn: the system prompt of its tier, and the first message. */

import type { ContextSource, DocumentInfo } from '../corpus/context';
import { estimateTokens } from '../corpus/library';
import type { ChatMessage } from '../ports';
import { placeholderValues, type SystemFacts } from './prompt-placeholders';
import { fillTemplate, placeholdersIn } from './prompt-template';
import { BUILT_IN_PROMPTS } from './prompt-texts';
import type { Tier } from './sizes';

/** What a run begins with. */
export interface PromptFacts extends SystemFacts {
  readonly question: string | null;
  readonly context: ContextSource;
  /** System prompts of the user's own, by tier; the built-in one where there is none. */
  readonly prompts?: Readonly<Partial<Record<Tier, string>>>;
  /** What is left of the budget, in words; empty or absent when nothing is limited. */
  readonly budget?: string;
  /** What went before in the conversation; null or absent for a first question. */
  readonly earlier?: { readonly text: string; readonly explored: boolean } | null;
}

/** The messages a run begins with: system, then one user message. */
export function initialMessages(facts: PromptFacts): ChatMessage[] {
  return [
    { role: 'system', content: systemPrompt(facts) },
    { role: 'user', content: firstMessage(facts) },
  ];
}

/** The prompt of the tier, its placeholders filled. Tools are listed at the end where the text has no place for them. */
export function systemPrompt(facts: SystemFacts & Pick<PromptFacts, 'prompts'>): string {
  const { tier } = facts.sizes;
  const template = facts.prompts?.[tier] ?? BUILT_IN_PROMPTS[tier];
  const values = placeholderValues(facts);
  const prompt = fillTemplate(template, values);
  const tools = values['tools'] ?? '';
  if (tools === '' || placeholdersIn(template).includes('tools')) return prompt;
  return `${prompt}\n\nAlso in the REPL:\n${tools}`;
}

/** The question, what the context is, and the turn counter. */
export function firstMessage(facts: PromptFacts): string {
  const { question, context, maxTurns, budget = '', earlier = null } = facts;
  const ask = question === null ? 'Do what the context asks.' : `Answer the following: ${question}`;
  const parts = [
    ...(earlier ? [earlier.text] : []),
    ask,
    describeContext(context, facts.sizes.documentTableChars),
  ];
  if (context.chars > 0 && !earlier?.explored)
    parts.push('You have not looked at the context yet. Look at it first; do not answer yet.');
  parts.push(`Turn 1/${maxTurns}${budget === '' ? '' : ` (${budget})`}:`);
  return parts.join('\n\n');
}

/** Kind, number, names and sizes; the table of documents is cut to `tableChars` characters. */
export function describeContext(context: ContextSource, tableChars: number): string {
  const size = `${count(context.chars)} characters (about ${count(estimateTokens(context.chars))} tokens)`;
  if (context.kind === 'text') {
    const [document] = context.documents;
    const facts = document ? documentFacts(document) : [];
    const told = facts.length > 0 ? ` (${facts.join(', ')})` : '';
    const name =
      document && document.name !== 'context' ? `, the document "${oneLine(document.name)}"${told}` : '';
    return `Your context is a ${context.typeName} of ${size}${name}.`;
  }
  if (context.kind === 'json') return `Your context is a ${context.typeName}; as JSON it has ${size}.`;
  const rows: string[] = [];
  let room = tableChars;
  for (const [index, document] of context.documents.entries()) {
    const facts = [`${count(document.chars)} characters`, ...documentFacts(document)].join(', ');
    const row = `context[${index}]  ${oneLine(document.name)}  ${facts}`;
    room -= row.length + 1;
    if (room < 0) {
      rows.push(`… and ${count(context.documents.length - index)} more; list them with code.`);
      break;
    }
    rows.push(row);
  }
  return `Your context is a list of ${count(context.documents.length)} documents, ${size} in all:\n${rows.join('\n')}`;
}

/** A longer title says little more, and takes the room of other documents. */
const LONGEST_TITLE = 60;

/** `212 pages`, `“Annual report”`; the kind of a file whose name does not say it. */
function documentFacts({ name, kind, title, pages = 0, slides = 0, sheets = 0 }: DocumentInfo): string[] {
  const counts = [
    [pages, 'page'],
    [slides, 'slide'],
    [sheets, 'sheet'],
  ] as const;
  const words = title === undefined ? '' : oneLine(title);
  const says =
    words !== '' && words.length <= LONGEST_TITLE && !name.toLowerCase().includes(words.toLowerCase());
  return [
    ...counts.filter(([n]) => n > 0).map(([n, of]) => `${count(n)} ${of}${n === 1 ? '' : 's'}`),
    ...(kind !== undefined && !/\.\w{1,8}$/.test(name) ? [kind] : []),
    ...(says ? [`“${words}”`] : []),
  ];
}

/** Asks for the best answer when no turn is left. A user message: some servers refuse two assistant ones in a row. */
export const OUT_OF_TURNS_PROMPT =
  'No turns are left and no more code will be run. Give your best answer to the question now, from what you have seen, as plain text. Say what is uncertain.';

function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ').slice(0, 120);
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
