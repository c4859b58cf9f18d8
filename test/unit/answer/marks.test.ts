import { describe, expect, it } from 'vitest';
import { markAnswer, markPattern } from '../../../src/core/answer/marks';

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

  it('reads a citation that says the place in words too', () => {
    expect(markAnswer('See [work.ipynb @ 5-9, cell [3]] and [a.pdf @ 7, p. 1].').citations).toEqual([
      { documentName: 'work.ipynb', start: 5, end: 9 },
      { documentName: 'a.pdf', start: 7, end: 7 },
    ]);
    expect(readable('> The sea rolled on and on [work.ipynb @ 10-40, cell [3]]')).toBe(
      '> The sea rolled on and on⟨q0⟩',
    );
    const said = markAnswer('“the sea rolled on and on” [a.pdf @ 10-33, pp. 12–13].').quotations;
    expect(said.map(({ hint }) => hint)).toEqual([{ documentName: 'a.pdf', start: 10 }]);
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
