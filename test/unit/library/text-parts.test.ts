/** How a piece of a document is set: never a character more or less than it has, and marks exactly where they are. */

import { describe, expect, it } from 'vitest';
import { codePointLength } from '../../../src/core/corpus/context';
import type { Mark } from '../../../src/core/corpus/structure';
import { partsOf, TextMarks, type TextPart } from '../../../src/ui/library/text-parts';

const text = [
  'Loomings 🐋\n\nCall me Ishmael.\n\n',
  'Part\tCost\nkeel 🐋\t1200\nmast\t\n',
  'After the table.\n\nThe Carpet-Bag\n\nI stuffed a shirt.\n',
].join('');
const at = (words: string) => codePointLength(text.slice(0, text.indexOf(words)));
const chars = codePointLength(text);
const table: Mark = {
  kind: 'table',
  start: at('Part'),
  end: at('\nAfter'),
  label: 'Costs',
  table: { layout: 'tabs', reads: 'text', header: true, origin: null, exact: [] },
};
const marks = new TextMarks([
  { kind: 'page', start: 0, end: at('After'), label: 'xii' },
  { kind: 'section', start: 0, end: at('The Carpet'), label: 'Loomings 🐋', level: 1 },
  table,
  { kind: 'page', start: at('After'), end: chars, label: '13' },
  { kind: 'section', start: at('The Carpet'), end: chars, label: 'The Carpet-Bag', level: 2 },
]);
const whole = { start: 0, end: chars, text };

const runsOf = (part: TextPart) =>
  part.kind === 'break'
    ? []
    : part.kind === 'table'
      ? part.rows.flatMap(({ cells }) => cells.flat())
      : part.runs;
const joined = (parts: readonly TextPart[]) =>
  parts
    .flatMap(runsOf)
    .map((run) => run.text)
    .join('');
const marked = (parts: readonly TextPart[]) =>
  parts
    .flatMap(runsOf)
    .filter((run) => run.marked)
    .map((run) => run.text);

describe('the parts of a piece', () => {
  it('are its pages, headings, table and text, in order', () => {
    const parts = partsOf(whole, marks, null);
    expect(parts.map((part) => (part.kind === 'break' ? part.label : part.kind))).toEqual([
      'p. xii',
      'heading',
      'text',
      'table',
      'p. 13',
      'text',
      'heading',
      'text',
    ]);
    expect(joined(parts)).toBe(text);
    const heading = parts[6];
    expect(heading).toMatchObject({ kind: 'heading', level: 2, runs: [{ text: 'The Carpet-Bag\n' }] });
  });

  it('set a table by rows and cells, the first row as its header', () => {
    const set = partsOf(whole, marks, null).find(({ kind }) => kind === 'table');
    if (set?.kind !== 'table') throw new Error('no table');
    expect(
      set.rows.map(({ header, cells }) => [
        header,
        cells.map((runs) => runs.map((run) => run.text).join('')),
      ]),
    ).toEqual([
      [true, ['Part\t', 'Cost\n']],
      [false, ['keel 🐋\t', '1200\n']],
      [false, ['mast\t', '\n']],
    ]);
  });

  it.each([
    ['from a heading into the text', 'Loomings 🐋\n\nCall'],
    ['across cells and rows', 'Cost\nkeel 🐋\t12'],
    ['out of a table, past a page', 'mast\t\nAfter the'],
    ['within one cell', '20'],
  ])('keep what is highlighted exact: %s', (_name, words) => {
    const span = { start: at(words), end: at(words) + codePointLength(words) };
    const parts = partsOf(whole, marks, span);
    expect(marked(parts).join('')).toBe(words);
    expect(joined(parts)).toBe(text);
  });

  it('are the same however the document is cut into pieces at its lines', () => {
    const span = { start: at('Cost'), end: at('table') };
    const lines = text.split(/(?<=\n)/);
    let start = 0;
    const parts = lines.flatMap((line) => {
      const piece = { start, end: start + codePointLength(line), text: line };
      start = piece.end;
      return partsOf(piece, marks, span);
    });
    expect(joined(parts)).toBe(text);
    expect(marked(parts).join('')).toBe('Cost\nkeel 🐋\t1200\nmast\t\nAfter the ');
    expect(parts.filter(({ kind }) => kind === 'break')).toHaveLength(2);
    const rows = parts.flatMap((part) => (part.kind === 'table' ? part.rows : []));
    expect(rows.map(({ header }) => header)).toEqual([true, false, false]);
  });
});
