import { describe, expect, it } from 'vitest';
import { answerMarkdown } from '../../../src/core/answer/export';
import { markAnswer, markPattern } from '../../../src/core/answer/marks';
import { foldRun } from '../../../src/core/record/fold';
import { syntheticRun } from '../../fixtures/synthetic-run';

/** The marked Markdown with marks readable: `⟨q0⟩`. */
function readable(answer: string): string {
  return markAnswer(answer).markdown.replace(markPattern, '⟨$1$2⟩');
}

describe('marks in an answer', () => {
  it('puts a mark after an inline quotation and takes its citation away', () => {
    expect(readable('He says “the sea rolled on and on” [book.txt @ 10-33]. Then silence.')).toBe(
      'He says “the sea rolled on and on”⟨q0⟩. Then silence.',
    );
  });

  it('puts the mark at the end of a block quotation, before a citation inside it', () => {
    expect(readable('> The sea rolled on and on\n> for days. [book.txt @ 10-40]\n\nSo it was.')).toBe(
      '> The sea rolled on and on\n> for days.⟨q0⟩\n\nSo it was.',
    );
  });

  it('makes a mark of a citation that stands alone', () => {
    const { citations } = markAnswer('As told elsewhere [notes/a [1].txt @ 5-9].');
    expect(citations).toEqual([{ documentName: 'notes/a [1].txt', start: 5, end: 9 }]);
    expect(readable('As told elsewhere [book.txt @ 5-9].')).toBe('As told elsewhere ⟨c0⟩.');
    expect(markAnswer('See [book.txt @ 7].').citations).toEqual([
      { documentName: 'book.txt', start: 7, end: 7 },
    ]);
  });

  it('leaves code as it is written', () => {
    const code = '```\nx = "[book.txt @ 5-9]"\n```\nand `[book.txt @ 5-9]` too';
    expect(readable(code)).toBe(code);
  });

  it('does not let a text forge a mark', () => {
    const { markdown, quotations, citations } = markAnswer('Fine \ue000q0\ue001 words');
    expect(quotations).toEqual([]);
    expect(citations).toEqual([]);
    expect([...markdown.matchAll(markPattern)]).toEqual([]);
  });

  it('leaves an answer without quotations untouched', () => {
    const text = '# Head\n\nPlain *words* with [a link](https://example.org) and an e-mail a@b.org.';
    expect(readable(text)).toBe(text);
  });

  it('keeps apart two quotations of one sentence, each with its own citation', () => {
    const text =
      'First “one thing was said here” [a.txt @ 1-20], then “another thing was said there” [b.txt @ 30-60].';
    expect(readable(text)).toBe(
      'First “one thing was said here”⟨q0⟩, then “another thing was said there”⟨q1⟩.',
    );
  });
});

describe('an answer as a file', () => {
  it('holds the question, the answer, what was checked and how it was made', () => {
    const tree = foldRun(syntheticRun());
    if (!tree) throw new Error('no root');
    const file = answerMarkdown(
      tree,
      [
        { text: 'Call me Ishmael.', place: 'moby-dick.txt, 2 %' },
        { text: 'a metaphor for tax law', place: null },
      ],
      '20 November 2026',
    );
    expect(file).toMatch(/^# What did Ahab lose, and to whom\?\n/);
    expect(file).toContain('Ahab is missing a leg');
    expect(file).toContain('- Found, moby-dick.txt, 2 %: “Call me Ishmael.”');
    expect(file).toContain('- Not found in the documents: “a metaphor for tax law”');
    expect(file).toContain('Root model gpt-large, sub-model small-8b; 4 turns');
  });

  it('says why an answer is partial', () => {
    const problem = { code: 'limit', message: 'The run reached its limit of 4 turns.' } as const;
    const tree = foldRun(syntheticRun({ status: 'partial', problem }));
    if (!tree) throw new Error('no root');
    expect(answerMarkdown(tree, [], 'today')).toContain(
      '*Partial answer: The run reached its limit of 4 turns.*',
    );
  });
});
