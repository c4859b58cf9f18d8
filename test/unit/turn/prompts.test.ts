import { describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import { describeResult, feedbackMessage, truncateMiddle } from '../../../src/core/turn/feedback';
import {
  firstMessage,
  initialMessages,
  systemPrompt,
  type PromptFacts,
} from '../../../src/core/turn/prompts';
import { deriveSizes } from '../../../src/core/turn/sizes';
import { safeTextTokens } from '../../../src/core/turn/tokens';
import { cellResult } from '../../fixtures/cell-result';

function facts(rootWindow: number, subWindow = rootWindow): PromptFacts {
  return {
    question: 'Who is it?',
    context: textContext('It is I.', 'play.txt'),
    sizes: deriveSizes({ contextTokens: rootWindow }, { contextTokens: subWindow }),
    depthLeft: 1,
    batchWidth: 8,
    maxTurns: 30,
  };
}

const manyDocuments: ContextSource = {
  kind: 'documents',
  typeName: 'list',
  documents: Array.from({ length: 400 }, (_, i) => ({
    id: String(i),
    name: `letter ${i}.txt`,
    chars: 1000 + i,
  })),
  chars: 479_800,
  open: () => Promise.reject(new Error('not opened here')),
};

describe('the system prompt', () => {
  it('comes in three tiers by the window of the root model', () => {
    const [tiny, short, full] = [4_096, 16_000, 128_000].map((window) => systemPrompt(facts(window)));
    expect(safeTextTokens(tiny ?? '')).toBeLessThanOrEqual(450);
    expect(short?.length).toBeGreaterThan(tiny?.length ?? 0);
    expect(full?.startsWith(short?.slice(0, 60) ?? '-')).toBe(true);
    expect(full?.length).toBeGreaterThan(short?.length ?? 0);
  });

  it('states the real window of the sub-model, the cut, the depth left and the batch width', () => {
    const prompt = systemPrompt({ ...facts(128_000, 8_192), depthLeft: 2 });
    expect(prompt).toContain('18,432 characters'); // (8,192 − 2,048) tokens of three characters
    expect(prompt).toContain('beyond 20,000 characters');
    expect(prompt).toContain('2 levels deep');
    expect(prompt).toContain('8 side by side');
    expect(systemPrompt({ ...facts(128_000), depthLeft: 0 })).toContain('no deeper level is left');
  });
});

describe('the first message', () => {
  it('is one user message with question, kind, size and turn', () => {
    const [system, user, ...rest] = initialMessages(facts(128_000));
    expect([system?.role, user?.role, rest.length]).toEqual(['system', 'user', 0]);
    expect(user?.content).toContain('Answer the following: Who is it?');
    expect(user?.content).toContain('a str of 8 characters (about 2 tokens), the document "play.txt"');
    expect(user?.content).toMatch(/Turn 1\/30:$/);
  });

  it('cuts the table of documents to its share and says how many are left out', () => {
    const message = firstMessage({ ...facts(8_192), context: manyDocuments });
    expect(message).toContain('a list of 400 documents, 479,800 characters');
    expect(message).toContain('context[0]  letter 0.txt  1,000 characters');
    expect(message).toMatch(/… and \d+ more; list them with code\./);
    expect(message.length).toBeLessThan(1_500);
  });

  it('says how many pages, slides or sheets a document has, and what it calls itself', () => {
    const documents = [
      { id: 'a', name: 'report.pdf', chars: 9_000, kind: 'pdf', pages: 212, title: 'Annual\nreport' },
      { id: 'b', name: 'costs', chars: 90, kind: 'xlsx', sheets: 1, title: 'x'.repeat(61) },
      { id: 'c', name: 'Talk.pptx', chars: 5, kind: 'pptx', slides: 3, title: 'talk' },
    ];
    const list = { ...manyDocuments, documents, chars: 9_095 };
    expect(firstMessage({ ...facts(128_000), context: list })).toContain(
      [
        'context[0]  report.pdf  9,000 characters, 212 pages, “Annual report”',
        'context[1]  costs  90 characters, 1 sheet, xlsx',
        'context[2]  Talk.pptx  5 characters, 3 slides',
      ].join('\n'),
    );
    const one = { ...list, kind: 'text', typeName: 'str', documents: documents.slice(0, 1) } as const;
    expect(firstMessage({ ...facts(128_000), context: one })).toContain(
      'the document "report.pdf" (212 pages, “Annual report”).',
    );
  });

  it('leaves the question out where there is none', () => {
    expect(firstMessage({ ...facts(8_192), question: null })).toContain('Do what the context asks.');
  });
});

describe('the message after a turn', () => {
  const base = { outputChars: 1_000, notes: [], nextTurn: 3, maxTurns: 30, budget: '', closing: null };

  it('is one message with every output, the variables and the counter', () => {
    const results = [
      cellResult({ stdout: 'one\n' }),
      cellResult({ echo: '2', variables: { x: 'int', y: 'list, 3 items' } }),
    ];
    expect(feedbackMessage({ ...base, results, budget: '1 of 5 sub-calls' })).toBe(
      'REPL output (block 1):\none\n\nREPL output (block 2):\n2\n\nREPL variables: x (int), y (list, 3 items)\n\nTurn 3/30 (1 of 5 sub-calls):',
    );
  });

  it('keeps head and tail of a long output and never cuts the variables', () => {
    const stdout = `HEAD${'x'.repeat(50_000)}TAIL`;
    const message = feedbackMessage({
      ...base,
      results: [cellResult({ stdout, variables: { kept: 'str' } })],
    });
    expect(message).toContain('HEAD');
    expect(message).toContain('TAIL\n\nREPL variables: kept (str)');
    expect(message).toContain('[49,008 of 50,008 characters cut here]');
    expect(message.length).toBeLessThan(1_200);
  });

  it('counts what the interpreter itself had already cut', () => {
    const text = describeResult(cellResult({ stdout: 'abc', stdoutChars: 1_003 }), 100);
    expect(text).toContain('[1,000 of 1,003 characters cut here]');
  });

  it('says what failed, what was interrupted and what was lost', () => {
    const error = { type: 'NameError', message: "name 'x' is not defined", line: 2 };
    const failed = cellResult({ stdout: 'before\n', stderr: "\nNameError: name 'x' is not defined", error });
    expect(describeResult(failed, 500)).toBe(
      "before\nNameError: name 'x' is not defined (line 2 of the cell)",
    );
    expect(describeResult(cellResult({ interrupted: 'timeout' }), 500)).toContain('Variables are kept');
    expect(describeResult(cellResult({ lost: ['a', 'b'] }), 500)).toContain(
      'These variables are gone: a, b.',
    );
  });

  it('does not split a surrogate pair', () => {
    const cut = truncateMiddle('😀'.repeat(200), 101);
    expect(cut.isWellFormed()).toBe(true);
  });
});
