/** Reading a document in windows: the place asked for, the words looked for, the span highlighted. */

import { describe, expect, it } from 'vitest';
import { DocumentPages, LINE_REACH_CHARS, PIECE_CHARS } from '../../../src/ui/library/document-pages.svelte';
import { findInDocument } from '../../../src/ui/library/find-in-document';
import { cutPiece } from '../../../src/ui/library/highlight-span';
import { isHardWrapped, reflow } from '../../../src/ui/library/reflow';

/** A document of a text, counted in code points as the library does. */
function stored(text: string) {
  const points = [...text];
  const reads: number[] = [];
  return {
    reads,
    document: { id: 'd', chars: points.length },
    library: {
      text: (_id: string, range = { start: 0, end: points.length }) => {
        reads.push(range.end - range.start);
        return Promise.resolve(points.slice(range.start, range.end).join(''));
      },
    },
  };
}

const never = new AbortController().signal;

describe('pages of a document', () => {
  const text = '0123456789'.repeat(PIECE_CHARS * 2);

  it('shows the text around a place, never the whole', async () => {
    const { library, document, reads } = stored(text);
    const pages = new DocumentPages(library, document);
    await pages.jump(PIECE_CHARS * 9 + 17);
    expect(pages.has(PIECE_CHARS * 9 + 17)).toBe(true);
    expect(pages.pieces.map(({ start }) => start)).toEqual([8, 9, 10].map((n) => n * PIECE_CHARS));
    expect(Math.max(...reads)).toBeLessThanOrEqual(PIECE_CHARS + LINE_REACH_CHARS + 1);
  });

  it('cuts between lines, whatever is in them, and leaves nothing out', async () => {
    const line = 'Ahab 🐋 stood upon his quarter-deck.\n';
    const lines = `${line.repeat(900)}${'x'.repeat(PIECE_CHARS * 3)}\n${line.repeat(900)}`;
    const { library, document } = stored(lines);
    const pages = new DocumentPages(library, document);
    await pages.jump(0);
    while (await pages.extend('after'));
    const { pieces } = pages;
    expect(pages.atEnd).toBe(true);
    expect([...lines].slice(pieces[0]?.start).join('')).toBe(pieces.map(({ text: own }) => own).join(''));
    expect(pieces.slice(1).map(({ start }) => start)).toEqual(pieces.slice(0, -1).map(({ end }) => end));
    for (const { start, end } of pieces) expect(end).toBeGreaterThan(start);
    const broken = pieces.slice(0, -1).filter(({ text: own }) => !own.endsWith('\n'));
    expect(broken.length, 'only within the one line that is longer than a piece').toBeLessThanOrEqual(3);
  });

  it('cuts between paragraphs where it can', async () => {
    const paragraph = `${'The tide came in late.\n'.repeat(20)}\n`;
    const { library, document } = stored(paragraph.repeat(60));
    const pages = new DocumentPages(library, document);
    await pages.jump(0);
    for (const { text: own } of pages.pieces) expect(own.length % paragraph.length).toBe(0);
  });

  it('lets far text go while the reader moves on, and comes back', async () => {
    const { library, document } = stored(text);
    const pages = new DocumentPages(library, document);
    await pages.jump(0);
    while (await pages.extend('after')) expect(pages.pieces.length).toBeLessThanOrEqual(10);
    expect(pages.atEnd).toBe(true);
    expect(pages.atStart).toBe(false);
    while (await pages.extend('before')) expect(pages.pieces.length).toBeLessThanOrEqual(10);
    expect(pages.atStart).toBe(true);
    expect(pages.pieces.map((piece) => piece.text).join('')).toBe(text.slice(0, PIECE_CHARS * 10));
  });

  it('drops what an overtaken jump fetched', async () => {
    const { library, document } = stored(text);
    const pages = new DocumentPages(library, document);
    const [first, second] = await Promise.all([pages.jump(0), pages.jump(PIECE_CHARS * 15)]);
    expect([first, second]).toEqual([false, true]);
    expect(pages.has(PIECE_CHARS * 15)).toBe(true);
    expect(pages.has(0)).toBe(false);
  });

  it('says why a text cannot be had, and recovers', async () => {
    const { library, document } = stored(text);
    let broken = true;
    const pages = new DocumentPages(
      {
        text: (...args) => (broken ? Promise.reject(new Error('The disk is gone.')) : library.text(...args)),
      },
      document,
    );
    expect(await pages.jump(0)).toBe(false);
    expect(pages.problem?.message).toBe('The disk is gone.');
    broken = false;
    expect(await pages.jump(0)).toBe(true);
    expect(pages.problem).toBeNull();
  });
});

describe('finding words', () => {
  // A match across the border of two windows, astral characters before it, and one match only at the very start.
  const text = `Ahab ${'🐋'.repeat(499_990)} the whıte WHALE. ${'x'.repeat(700_000)} the white whale?`;
  const points = [...text].join('') === text ? [...text] : [];
  const found = async (query: string, from: number, direction: 'forward' | 'backward') => {
    const { library, document } = stored(text);
    const place = await findInDocument(library, document, query, from, direction, never);
    return place && points.slice(place.start, place.end).join('') + `@${String(place.start)}`;
  };
  const first = 500_006;
  const last = points.length - 6;

  it('goes on from a place, in any case, across windows', async () => {
    expect(await found('whale', 0, 'forward')).toBe(`WHALE@${String(first)}`);
    expect(await found('whale', first + 1, 'forward')).toBe(`whale@${String(last)}`);
    expect(await found('WHALE', last, 'backward')).toBe(`WHALE@${String(first)}`);
  });

  it('goes round at the end', async () => {
    expect(await found('whale', last + 1, 'forward')).toBe(`WHALE@${String(first)}`);
    expect(await found('whale', first, 'backward')).toBe(`whale@${String(last)}`);
    expect(await found('ahab', 0, 'backward')).toBe('Ahab@0');
  });

  it('takes words literally and says when there are none', async () => {
    expect(await found('WHALE.', 0, 'forward')).toBe(`WHALE.@${String(first)}`);
    expect(await found('wh.le', 0, 'forward')).toBeNull();
    expect(await found('', 0, 'forward')).toBeNull();
  });

  it('can be taken back', async () => {
    const { library, document } = stored(text);
    const place = findInDocument(library, document, 'whale', 0, 'forward', AbortSignal.abort());
    await expect(place).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('highlighting', () => {
  const piece = { start: 100, end: 108, text: 'ab🐋cd🐋ef' };
  const marked = (start: number, end: number) =>
    cutPiece(piece, { start, end }).map((run) => (run.marked ? `[${run.text}]` : run.text));

  it('cuts at code points', () => {
    expect(marked(102, 106)).toEqual(['ab', '[🐋cd🐋]', 'ef']);
    expect(marked(103, 105)).toEqual(['ab🐋', '[cd]', '🐋ef']);
  });

  it('marks the part of a span that lies in the piece', () => {
    expect(marked(90, 103)).toEqual(['[ab🐋]', 'cd🐋ef']);
    expect(marked(105, 300)).toEqual(['ab🐋cd', '[🐋ef]']);
    expect(marked(0, 300)).toEqual(['[ab🐋cd🐋ef]']);
  });

  it('leaves the piece alone when the span is elsewhere or empty', () => {
    for (const [start, end] of [
      [0, 100],
      [108, 120],
      [103, 103],
    ] as const)
      expect(marked(start, end)).toEqual([piece.text]);
  });
});

describe('prose wrapped at a fixed width', () => {
  const line = 'and so the ship went on through the night with all her sails set';
  const prose = `Chapter 1\r\n\r\n${`${line}\r\n`.repeat(12)}\r\n  An indented line\r\n`;

  it('is recognised; logs, verse and unwrapped text are not', () => {
    expect(isHardWrapped(`${line}\n`.repeat(12))).toBe(true);
    expect(isHardWrapped(prose)).toBe(true);
    expect(isHardWrapped('2026-01-01 12:00:00 INFO request served in 12 ms to a client\n'.repeat(40))).toBe(
      false,
    );
    expect(isHardWrapped('Shall I compare thee to a summer’s day, as others do?\n'.repeat(40))).toBe(false);
    expect(isHardWrapped('One long paragraph. '.repeat(400))).toBe(false);
  });

  it('is joined without moving a character', () => {
    const joined = reflow(prose);
    expect(joined).toHaveLength(prose.length);
    expect(joined).toContain('sails set\r and so the ship');
    expect(joined.startsWith('Chapter 1\r\n\r\nand so')).toBe(true);
    expect(joined).toContain('sails set\r\n\r\n  An indented line');
    for (const at of [100, 330, 331, 332, 400])
      expect(
        reflow(prose.slice(0, at), '', prose.slice(at, at + 2)) +
          reflow(prose.slice(at), prose.slice(at - 46, at)),
      ).toBe(joined);
  });
});
