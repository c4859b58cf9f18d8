/** From what a page draws to the text it reads as. */

import { describe, expect, test } from 'vitest';
import { isoDate } from '../../../../src/adapters/ingest/formats/pdf/metadata';
import { pageText } from '../../../../src/adapters/ingest/formats/pdf/page-text';
import type { DrawnItem } from '../../../../src/adapters/ingest/formats/pdf/runs';
import { boxesOf, textOfParts } from '../../../../src/adapters/ingest/formats/pdf/span-boxes';

const HEIGHT = 800;
/** A page of 600 × 800 points as pdf.js describes its view. */
const upright = { transform: [1, 0, 0, -1, 0, HEIGHT], unit: 1 };

/** A run at a place counted from the upper left corner; half the size of the type for each character. */
function run(
  str: string,
  x: number,
  y: number,
  { size = 10, width, font = 'f' }: { size?: number; width?: number; font?: string } = {},
): DrawnItem {
  return {
    str,
    transform: [size, 0, 0, size, x, HEIGHT - y],
    width: width ?? str.length * size * 0.5,
    height: size,
    fontName: font,
  };
}

const column = (texts: readonly string[], x: number, y: number, leading = 12): DrawnItem[] =>
  texts.map((text, i) => run(text, x, y + i * leading));

const partsOf = (items: readonly DrawnItem[], frame = upright, vertical = false) =>
  pageText(items, frame, () => vertical);
const read = (items: readonly DrawnItem[], frame = upright, vertical = false): string =>
  textOfParts(partsOf(items, frame, vertical));

const prose = (words: string, count = 8): string[] =>
  Array.from({ length: count }, (_, i) => `${words} line number ${String(i + 1)} of this text here`);

describe('words and lines', () => {
  test('room between runs is a space, none is none', () => {
    expect(read([run('Hel', 72, 100), run('lo', 87, 100), run('world', 100, 100)])).toBe('Hello world');
  });

  test('a space the page draws parts words, even a narrow one', () => {
    expect(read([run('one', 72, 100), run(' ', 87, 100, { width: 1 }), run('two', 88, 100)])).toBe('one two');
  });

  test('what is raised or lowered stays on its line', () => {
    const items = [run('x', 72, 100), run('2', 77, 96, { size: 6 }), run('+ y', 84, 100)];
    expect(read(items)).toBe('x2 + y');
  });

  test('ligatures are letters, soft hyphens nothing', () => {
    expect(read([run('e\ufb03cient co\u00adoperation', 72, 100)])).toBe('efficient cooperation');
  });

  test('an accent drawn over its letter is one character with it', () => {
    expect(read([run('u', 72, 100), run('\u00a8', 72, 100), run('ber', 77, 100)])).toBe('über');
    expect(read([run('\u00b4', 72, 100), run('etat', 72, 100)])).toBe('état');
  });

  test('what is drawn twice to look bold is read once', () => {
    const items = [
      run('Heading in bold', 72, 100),
      run('Heading', 72.3, 100),
      run('Heading in bold', 72.4, 100),
    ];
    expect(read(items)).toBe('Heading in bold');
  });

  test('Hebrew reads from right to left, its runs as they are spoken', () => {
    expect(read([run('עולם', 72, 100), run('שלום', 100, 100)])).toBe('שלום עולם');
  });
});

describe('paragraphs', () => {
  test('a broken word is made whole on the line where it begins', () => {
    expect(read(column(['this is an exam-', 'ple of it'], 72, 100))).toBe('this is an example\nof it');
  });

  test('a hyphen before a capital or a number stays', () => {
    expect(read(column(['the Rhine-', 'Main region and 1990-', '2000'], 72, 100))).toBe(
      'the Rhine-\nMain region and 1990-\n2000',
    );
  });

  test('more room than between lines, or an indent, begins a paragraph', () => {
    const spaced = [
      ...column(['one a a a', 'two a a a', 'three a a'], 72, 100),
      ...column(['four'], 72, 150),
    ];
    expect(read(spaced)).toBe('one a a a\ntwo a a a\nthree a a\n\nfour');
    const indented = [run('first line', 72, 100), run('second begins', 87, 112), run('and goes on', 72, 124)];
    expect(read(indented)).toBe('first line\n\nsecond begins\nand goes on');
  });

  test('a larger heading is a paragraph of its own', () => {
    expect(read([run('Title', 72, 100, { size: 20 }), run('Text below', 72, 116)])).toBe(
      'Title\n\nText below',
    );
  });
});

describe('columns', () => {
  const left = prose('on the left');
  const right = prose('on the right');

  test('the left column is read before the right one, whatever stands above and below', () => {
    const items = [
      run('A title across both columns of the page, set in the middle of it', 120, 60, { size: 12 }),
      ...column(left, 72, 100),
      ...column(right, 320, 106),
      run('17', 300, 760),
    ];
    const text = read(items);
    expect(text.startsWith('A title')).toBe(true);
    expect(text.indexOf(left.at(-1) ?? '')).toBeLessThan(text.indexOf(right[0] ?? ''));
    expect(text.endsWith('17')).toBe(true);
  });

  test('a word broken at the end of the left column goes on in the right one', () => {
    const items = [
      ...column([...left, 'and at the end a bro-'], 72, 100),
      ...column(['ken word', ...right], 320, 100),
    ];
    expect(read(items)).toContain('and at the end a broken\nword');
  });

  test('three columns', () => {
    const three = [72, 240, 410].flatMap((x, i) =>
      column(
        prose(`c${String(i)}`).map((text) => text.slice(0, 28)),
        x,
        100,
      ),
    );
    const order = [...read(three).matchAll(/c(\d)/g)].map(([, digit]) => digit).join('');
    expect(order).toBe('0'.repeat(8) + '1'.repeat(8) + '2'.repeat(8));
  });
});

describe('tables', () => {
  const rows = [
    ['Year', 'Sales', 'Costs'],
    ['2021', '1,200', '900'],
    ['2022', '1,350', '980'],
    ['2023', '1,500', '1,010'],
  ];
  const cells = rows.flatMap((row, i) => row.map((text, j) => run(text, 72 + j * 120, 100 + i * 14)));

  test('are read row by row, cells apart by tabs, with their header known', () => {
    const [table] = partsOf(cells);
    expect(table?.kind === 'table' && table.header).toBe(true);
    expect(read(cells)).toBe(rows.map((row) => row.join('\t')).join('\n'));
  });

  test('even when the page draws them column by column', () => {
    const byColumn = [0, 1, 2].flatMap((j) =>
      rows.map((row, i) => run(row[j] ?? '', 72 + j * 120, 100 + i * 14)),
    );
    expect(read(byColumn)).toBe(rows.map((row) => row.join('\t')).join('\n'));
  });

  test('an empty cell keeps its place', () => {
    const holed = cells.filter(({ str }) => str !== '1,350');
    expect(read(holed).split('\n')[2]).toBe('2022\t\t980');
  });

  test('a numbered list is none', () => {
    const list = [1, 2, 3, 4].flatMap((n) => [
      run(`${String(n)}.`, 72, 100 + n * 12),
      run('something to do', 100, 100 + n * 12),
    ]);
    expect(partsOf(list).every(({ kind }) => kind === 'line')).toBe(true);
  });
});

describe('directions', () => {
  test('a page turned by a quarter reads as if it were not', () => {
    // as pdf.js gives it for /Rotate 90: text drawn up the page is level to who looks at it
    const turned = { transform: [0, 1, 1, 0, 0, 0], unit: 1 };
    const items = ['first', 'second', 'third'].map((str, i): DrawnItem => ({
      str,
      transform: [0, 10, -10, 0, 100 + 12 * i, 50],
      width: 30,
      height: 10,
      fontName: 'f',
    }));
    expect(read(items, turned)).toBe('first\nsecond\nthird');
  });

  test('lines up the margin come after the text', () => {
    const margin: DrawnItem = {
      str: 'arXiv:1234',
      transform: [0, 10, -10, 0, 30, 300],
      width: 60,
      height: 10,
      fontName: 'f',
    };
    expect(read([margin, ...column(['a line of text', 'and another'], 72, 100)])).toBe(
      'a line of text\nand another\n\narXiv:1234',
    );
  });

  test('Japanese set from top to bottom begins at the right', () => {
    const vertical = (str: string, x: number): DrawnItem => ({
      ...run(str, x, 100),
      width: 10,
      height: str.length * 10,
    });
    expect(read([vertical('二行目', 480), vertical('一行目', 500)], upright, true)).toBe('一行目\n二行目');
  });
});

test('spans of the text lie where they are drawn', () => {
  const parts = partsOf([run('😀 one exam-', 72, 100), run('ple two', 72, 112)]);
  const text = textOfParts(parts);
  expect(text).toBe('😀 one example\ntwo');
  const at = [...text].indexOf('e', 5);
  const measure = (said: string) => said.length;
  const [first, second, ...rest] = boxesOf(parts, { start: at, end: at + 7 }, measure);
  expect(rest).toEqual([]);
  expect([first?.x, first?.y]).toEqual([72 + 7 * 5, 92]);
  expect([second?.x, second?.width, second?.y]).toEqual([72, 15, 104]);
});

test('dates of PDF are as exact as they were given', () => {
  expect(isoDate("D:20240103120000+01'00'")).toBe('2024-01-03T12:00:00+01:00');
  expect(isoDate('D:20240103120000Z')).toBe('2024-01-03T12:00:00Z');
  expect(isoDate('D:202401')).toBe('2024-01');
  expect(isoDate('yesterday')).toBe('');
});
