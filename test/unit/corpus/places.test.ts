/** Places in words: what a reader of the document would look up. */

import { describe, expect, it } from 'vitest';
import { findPage, outlineOf, placeOf, tableAt, type OutlineNode } from '../../../src/core/corpus/places';
import type { Mark, MarkKind } from '../../../src/core/corpus/structure';

function mark(kind: MarkKind, label: string, start: number, end: number, more: Partial<Mark> = {}): Mark {
  return { kind, label, start, end, ...more };
}

const words = (marks: readonly Mark[], start: number, end: number, tableText?: string) =>
  placeOf(marks, { start, end }, tableText)?.words ?? null;

describe('the place of a span', () => {
  const report = [
    mark('page', 'i', 0, 100),
    mark('section', '2 Terms', 20, 320, { level: 1 }),
    mark('page', '1', 102, 200),
    mark('section', '2.1 Payment', 150, 320, { level: 2 }),
    mark('page', '2', 202, 320),
  ];

  it('is the page before anything else, and the pages where there are several', () => {
    expect(words(report, 30, 40)).toBe('p. i');
    expect(words(report, 102, 200)).toBe('p. 1');
    expect(words(report, 190, 300)).toBe('pp. 1–2');
    expect(words(report, 50, 300)).toBe('pp. i–2');
    expect(placeOf(report, { start: 190, end: 300 })?.mark.label).toBe('1');
  });

  it('between two pages is the one it reaches, or the one it follows', () => {
    expect(words(report, 100, 101)).toBe('p. i');
    expect(words(report, 101, 130)).toBe('p. 1');
    expect(words(report, 320, 321)).toBe('p. 2');
    expect(words(report, 500, 510)).toBeNull();
  });

  it('is the innermost section around its beginning where there are no pages', () => {
    const sections = [
      mark('section', 'Terms', 10, 300, { level: 1 }),
      mark('section', '1 Payment', 50, 100, { level: 2 }),
      mark('section', '§ 2 Delivery', 100, 120, { level: 2 }),
      mark('section', 'More', 300, 400, { level: 1 }),
    ];
    expect(words(sections, 60, 70)).toBe('§ 1 Payment');
    expect(words(sections, 100, 350)).toBe('§ 2 Delivery');
    expect(words(sections, 130, 140)).toBe('§ Terms');
    expect(words(sections, 0, 5)).toBeNull();
  });

  it.each([
    ['slide', '3', 'slide 3'],
    ['sheet', 'Q1', 'sheet Q1'],
    ['cue', '0:12:03', '0:12:03'],
    ['message', 'Re: offer', 'message: Re: offer'],
    ['chapter', 'The Whale', 'ch. The Whale'],
    ['chapter', 'Chapter 5', 'Chapter 5'],
    ['cell', '3', 'cell [3]'],
    ['section', 'x'.repeat(100), `§ ${'x'.repeat(79)}…`],
  ] as const)('of a %s labelled %s is %s', (kind, label, expected) => {
    expect(words([mark(kind, label, 0, 10)], 2, 4)).toBe(expected);
  });

  it('is null where nothing is marked, or only what says no place', () => {
    expect(words([], 0, 5)).toBeNull();
    expect(words([mark('article', '', 0, 10), mark('note', '1', 3, 5)], 3, 5)).toBeNull();
  });

  it('in a sheet is the address of its cells, once the text of the table is there', () => {
    const text = 'Stadt\tÄpfel 😀\tSum\nUlm\t3\t4';
    const table = mark('table', '', 100, 100 + [...text].length, {
      table: { layout: 'tabs', reads: 'values', header: true, origin: [2, 1], exact: [] },
    });
    const marks = [mark('sheet', 'My Sheet', 90, 300), table];
    const at = (piece: string) => 100 + [...text.slice(0, text.indexOf(piece))].length;
    expect(tableAt(marks, { start: at('3'), end: at('4') })).toBe(table);
    expect(words(marks, at('3'), at('3') + 1)).toBe('sheet My Sheet');
    expect(words(marks, at('3'), at('3') + 1, text)).toBe("'My Sheet'!C4");
    expect(words(marks, at('Äpfel'), at('4') + 1, text)).toBe("'My Sheet'!C3:D4");
    expect(words(marks, 250, 260, text)).toBe('sheet My Sheet');
  });

  it('is found a hundred thousand times over without a walk through all marks', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => mark('page', String(i + 1), i * 100, i * 100 + 98));
    const startedAt = performance.now();
    for (let i = 0; i < 100_000; i++) placeOf(many, { start: i * 50, end: i * 50 + 1 });
    expect(words(many, 4_999_910, 4_999_950)).toBe('p. 50000');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a page', () => {
  const pages = [mark('page', 'i', 0, 9), mark('page', 'ii', 10, 19), mark('page', '1', 20, 29)];

  it('is found by its label first, then by its number', () => {
    expect(findPage(pages, 'II')?.start).toBe(10);
    expect(findPage(pages, 1)?.start).toBe(20);
    expect(findPage(pages, 2)?.start).toBe(10);
    expect(findPage(pages, 4)).toBeNull();
    expect(findPage(pages, 'cover')).toBeNull();
  });
});

describe('the outline', () => {
  type Told = string | readonly [string, readonly Told[]];
  const told = (nodes: readonly OutlineNode[]): Told[] =>
    nodes.map(({ mark: { label }, children }) => (children.length > 0 ? [label, told(children)] : label));

  it('nests sections in chapters and by level', () => {
    const marks = [
      mark('chapter', 'One', 0, 100, { level: 1 }),
      mark('page', '1', 0, 50),
      mark('section', 'A', 5, 90, { level: 1 }),
      mark('section', 'A.1', 10, 40, { level: 3 }),
      mark('section', 'A.2', 40, 90, { level: 2 }),
      mark('chapter', 'Two', 100, 200, { level: 1 }),
      mark('section', 'B', 120, 200, { level: 1 }),
    ];
    expect(told(outlineOf(marks))).toEqual([
      ['One', [['A', ['A.1', 'A.2']]]],
      ['Two', ['B']],
    ]);
  });

  it('is the pages where there is nothing else', () => {
    expect(
      told(outlineOf([mark('page', '1', 0, 5), mark('table', '', 1, 3), mark('page', '2', 6, 9)])),
    ).toEqual(['1', '2']);
  });
});
