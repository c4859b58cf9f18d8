import { describe, expect, test } from 'vitest';
import { extractQuotations } from '../../../src/core/corpus/citations';

describe('quotations in an answer', () => {
  test('a block quotation with its citation', () => {
    const answer = [
      'The keeper wrote:',
      '',
      '> The lamp went out at four,',
      '> and nobody came. [log/1881.txt @ 1204-1250]',
      '',
      'So it was dark.',
    ].join('\n');
    const [quote, ...others] = extractQuotations(answer);
    expect(others).toEqual([]);
    expect(quote?.text).toBe('The lamp went out at four,\nand nobody came.');
    expect(quote?.hint).toEqual({ documentName: 'log/1881.txt', start: 1204 });
    expect(answer.slice(quote?.start, quote?.end)).toBe(
      '> The lamp went out at four,\n> and nobody came. [log/1881.txt @ 1204-1250]',
    );
  });

  test('a citation after the block, or on a quoted line of its own, belongs to it', () => {
    const after = extractQuotations('> The lamp went out at four.\n\n— [log.txt @ 7–30]');
    expect(after.map(({ hint }) => hint)).toEqual([{ documentName: 'log.txt', start: 7 }]);
    const inside = extractQuotations('> The lamp went out at four.\n>\n> — [log.txt @ 7-30]');
    expect(inside.map(({ text, hint }) => [text, hint])).toEqual([
      ['The lamp went out at four.', { documentName: 'log.txt', start: 7 }],
    ]);
  });

  test('two passages in one block are two quotations', () => {
    const answer = '> One passage of some length [a @ 1-2]\n>\n> Another passage of some length [b @ 3-4]';
    expect(extractQuotations(answer).map(({ text, hint }) => [text, hint?.documentName])).toEqual([
      ['One passage of some length', 'a'],
      ['Another passage of some length', 'b'],
    ]);
  });

  test.each([
    ['“the lamp went out at four”'],
    ['"the lamp went out at four"'],
    ['«the lamp went out at four»'],
    ['„the lamp went out at four“'],
    ['„the lamp went out at four”'],
  ])('inline, between marks: %s', (marked) => {
    const answer = `The log says ${marked} [a[1].txt @ 99-120], as expected.`;
    const [quote] = extractQuotations(answer);
    expect(quote?.text).toBe('the lamp went out at four');
    expect(answer.slice(quote?.start, quote?.end)).toBe(marked);
    expect(quote?.hint).toEqual({ documentName: 'a[1].txt', start: 99 });
  });

  test('a citation belongs to the quotation before it only', () => {
    const answer = 'First "one long passage of words" and then "another long passage of words" [b @ 5-9].';
    expect(extractQuotations(answer).map(({ hint }) => hint?.documentName ?? null)).toEqual([null, 'b']);
  });

  test('a quotation goes on over a line break within its paragraph, not beyond', () => {
    const [quote] = extractQuotations('He wrote "the lamp went\nout at four" that day.');
    expect(quote?.text).toBe('the lamp went\nout at four');
    expect(extractQuotations('An open "mark with many words\n\nand a late" one')).toEqual([]);
  });

  test('mentioned words, code and inch marks are no quotations', () => {
    const answer = [
      'The word "lamp" is used; `print("the lamp went out at four")` prints it; a 12" pipe and a 14" pipe.',
      '```python',
      'x = "the lamp went out at four"',
      '> not a block quotation at all',
      '```',
    ].join('\n');
    expect(extractQuotations(answer)).toEqual([]);
  });

  test('in order, with an inner quotation left to the outer one', () => {
    const answer = '“He said "come in out of the rain" and sat down” and «a second one that is long»';
    expect(extractQuotations(answer).map(({ text }) => text)).toEqual([
      'He said "come in out of the rain" and sat down',
      'a second one that is long',
    ]);
  });
});
