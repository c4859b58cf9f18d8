import { describe, expect, test } from 'vitest';
import { cellAddress, cellAt, rowsOf, tableMarkdown } from '../../../src/core/corpus/tables';
import type { CellValue, TableShape } from '../../../src/core/corpus/structure';
import { DocumentBuilder, type TableOptions } from '../../../src/adapters/ingest/formats/document-builder';
import { seeded } from '../../../src/core/corpus/sample/random';

async function builtTable(rows: readonly (readonly CellValue[])[], options: TableOptions) {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  const out = new DocumentBuilder({
    text: (utf8) => void pieces.push(decoder.decode(utf8)),
    child: () => undefined,
    lostChild: () => undefined,
  });
  out.line('🙂 before');
  const table = out.openTable(options);
  for (const row of rows) table.row(row);
  table.end();
  out.line('after');
  const { marks } = await out.finish();
  const [mark] = marks;
  if (!mark?.table) throw new Error('no table');
  return { text: [...pieces.join('')].slice(mark.start, mark.end).join(''), shape: mark.table };
}

const awkward: readonly CellValue[] = [
  null, '', 'TRUE', 'FALSE', true, false, 0, -0, 1, -1.5, 1e21, 1e-7, 0.1 + 0.2, 0.012345678901234568, 2 ** 53, Number.MAX_VALUE,
  '1', '007', '-0', '1e5', ' 1', '1 ', 'null', 'a\tb', 'a\nb', '\n', '\t', 'a\r\nb', '\u2028', 'ä🙂', '=A1', '|', '\\', '2023-06-30', 'x'.repeat(50),
]; // prettier-ignore

describe('rows read back from the text of a table', () => {
  test('are what was written, whatever the cells hold', async () => {
    const random = seeded(11);
    for (let round = 0; round < 300; round++) {
      const columns = 1 + Math.floor(random() * 5);
      const cell = (): CellValue => awkward[Math.floor(random() * awkward.length)] ?? null;
      const rows = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
        Array.from({ length: columns }, cell),
      );
      const { text, shape } = await builtTable(rows, { reads: 'values', origin: [0, 0] });
      expect(rowsOf(text, shape)).toEqual(rows);
      const asText = rows.map((row) => row.map((value) => String(value ?? '')));
      const texts = await builtTable(asText, { reads: 'text' });
      expect(rowsOf(texts.text, texts.shape)).toEqual(asText);
    }
  });

  test('are all as wide as the widest', async () => {
    const { text, shape } = await builtTable([['a'], ['b', 1, true], []], { reads: 'values' });
    expect(rowsOf(text, shape)).toEqual([
      ['a', null, null],
      ['b', 1, true],
      [null, null, null],
    ]);
  });

  test('have no more cells than the text, whatever is said to be exact', () => {
    const shape: TableShape = {
      layout: 'tabs',
      reads: 'values',
      header: false,
      origin: null,
      exact: [
        [0, 1e9, 'far'],
        [1e9, 0, 'far'],
      ],
    };
    expect(rowsOf('a\tb', shape)).toEqual([['a', 'b']]);
  });
});

const shape: TableShape = { layout: 'tabs', reads: 'values', header: true, origin: [9, 25], exact: [] };

test('the cell that an offset is in, by its name in the sheet', () => {
  const text = '🙂a\tb\n\tcd';
  const places = Array.from({ length: 10 }, (_, offset) => cellAddress(shape, cellAt(text, offset)));
  expect(places).toEqual(['Z10', 'Z10', 'Z10', 'AA10', 'AA10', 'Z11', 'AA11', 'AA11', 'AA11', 'AA11']);
  expect(cellAddress({ ...shape, origin: null }, cellAt(text, 0))).toBeNull();
});

describe('a table as Markdown', () => {
  test('with pipes, backslashes before them and line breaks kept within their cells', () => {
    const rows = [
      ['a|b', 'c\nd', null],
      [1, true],
      ['\\|', 'x\ty', ' z '],
    ];
    expect(tableMarkdown(rows, true)).toBe(
      '| a\\|b | c<br>d |  |\n| --- | --- | --- |\n| 1 | TRUE |  |\n| \\\\\\| | x y | z |',
    );
  });

  test('without a header, and without a cell', () => {
    expect(tableMarkdown([['a', 'b']], false)).toBe('|  |  |\n| --- | --- |\n| a | b |');
    expect(tableMarkdown([], true)).toBe('');
    expect(tableMarkdown([[]], true)).toBe('');
  });
});
