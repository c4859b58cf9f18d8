/** A whole run with the built-in reader: the real loop, real Python, nothing scripted. */

import { createReader } from '../../../src/adapters/models/reader';
import type { ContextSource } from '../../../src/core/corpus/context';
import type { ChatModel, ReplFactory } from '../../../src/core/ports';
import { foldRun } from '../../../src/core/record/fold';
import type { RunEvent } from '../../../src/core/record/events';
import type { RunTree } from '../../../src/core/record/tree';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/run/limits';
import type { RunOutcome } from '../../../src/core/run/request';

export interface Asked {
  readonly outcome: RunOutcome;
  readonly tree: RunTree;
  /** The block quotations of the answer in order, with their places. */
  readonly quotations: readonly CitedQuotation[];
}

export interface CitedQuotation {
  readonly text: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export async function askReader(
  repls: ReplFactory,
  question: string | null,
  context: ContextSource,
  { limits = {}, root, sub }: { limits?: Partial<Limits>; root?: ChatModel; sub?: ChatModel } = {},
): Promise<Asked> {
  const reader = createReader();
  const events: RunEvent[] = [];
  let ids = 0;
  const outcome = await complete(
    {
      question,
      context,
      corpus: null,
      root: root ?? reader,
      sub: sub ?? reader,
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
    {
      repls,
      clock: {
        now: () => Date.now(),
        after: (ms, callback) => {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      newId: () => `id${ids++}`,
      onEvent: (event) => events.push(event),
    },
    new AbortController().signal,
  );
  const tree = foldRun(events);
  if (!tree) throw new Error('the run left no record');
  return { outcome, tree, quotations: quotationsOf(outcome.answer) };
}

function quotationsOf(answer: string): CitedQuotation[] {
  const blocks = answer.matchAll(/^> (.+)\n> \[(.+) @ (\d+)-(\d+)\]$/gm);
  return [...blocks].map(([, text = '', name = '', start, end]) => ({
    text: /^“[^“”]*”$/.test(text) ? text.slice(1, -1) : text,
    name,
    start: Number(start),
    end: Number(end),
  }));
}

/** Several documents as `context`, ids and indexes as the library gives them. */
export function documentsContext(texts: Readonly<Record<string, string>>): ContextSource {
  const encoder = new TextEncoder();
  let byteStart = 0;
  const documents = Object.entries(texts).map(([name, text], i) => {
    const byteEnd = byteStart + encoder.encode(text).length;
    const slice = { id: `d${i}`, name, chars: [...text].length, byteStart, byteEnd };
    byteStart = byteEnd;
    return slice;
  });
  const chars = documents.reduce((sum, document) => sum + document.chars, 0);
  const utf8 = new Blob(Object.values(texts));
  return {
    kind: 'documents',
    typeName: 'list',
    documents,
    chars,
    open: () => Promise.resolve({ kind: 'documents', utf8, documents }),
  };
}

export function jsonContext(value: unknown): ContextSource {
  const text = JSON.stringify(value);
  return {
    kind: 'json',
    typeName: Array.isArray(value) ? 'list' : 'dict',
    documents: [],
    chars: text.length,
    open: () => Promise.resolve({ kind: 'json', utf8: new Blob([text]) }),
  };
}

export function squash(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
