/** Formats of paragraphs and characters in an old Word file, by their place in it; only what says how to read the text. */

import type { CellDefinition } from '../rtf/flow';

export interface ParagraphFormats {
  readonly style: number;
  readonly outlineLevel: number | null;
  readonly depth: number;
  readonly isRowEnd: boolean;
  readonly isInnerCell: boolean;
  /** At a row's end: the cells of the row. */
  readonly cells: readonly CellDefinition[];
}

export interface CharacterFormats {
  readonly isHidden: boolean;
  readonly symbol: { readonly font: number; readonly code: number } | null;
}

interface Stretch<T> {
  readonly from: number;
  readonly to: number;
  readonly formats: T;
}

const PAGE_BYTES = 512;
const PLAIN_PARAGRAPH: ParagraphFormats = {
  style: 0,
  outlineLevel: null,
  depth: 0,
  isRowEnd: false,
  isInnerCell: false,
  cells: [],
};
const PLAIN_CHARACTERS: CharacterFormats = { isHidden: false, symbol: null };
/** Instructions, as [MS-DOC] numbers them. */
const [IN_TABLE, ROW_END, DEPTH, INNER_CELL, INNER_ROW_END, OUTLINE] = [
  0x2416, 0x2417, 0x6649, 0x244b, 0x244c, 0x2640,
];
const [DELETED, HIDDEN, SYMBOL] = [0x0800, 0x083c, 0x6a09];
const TABLE_DEFINITION = 0xd608;
const CELL_BYTES = 20;
const [MERGED_RIGHT, MERGED_DOWN, MERGE_START] = [0x02, 0x20, 0x40];
const MAX_DEPTH = 30;

export class Formats<T> {
  readonly #stretches: Stretch<T>[] = [];
  readonly #plain: T;

  private constructor(plain: T) {
    this.#plain = plain;
  }

  static ofParagraphs(
    document: DataView,
    tables: DataView,
    table: readonly [number, number],
  ): Formats<ParagraphFormats> {
    const formats = new Formats(PLAIN_PARAGRAPH);
    // A place in a page is followed by twelve bytes on the paragraph's height.
    formats.#read(document, tables, table, 13, (page, at) => {
      const words = page.getUint8(at);
      const [start, sizeBytes] = words === 0 ? [at + 2, page.getUint8(at + 1) * 2] : [at + 1, words * 2 - 1];
      return paragraphFormats(page, start, Math.min(PAGE_BYTES, start + sizeBytes));
    });
    return formats;
  }

  static ofCharacters(
    document: DataView,
    tables: DataView,
    table: readonly [number, number],
  ): Formats<CharacterFormats> {
    const formats = new Formats(PLAIN_CHARACTERS);
    formats.#read(document, tables, table, 1, (page, at) =>
      characterFormats(page, at + 1, Math.min(PAGE_BYTES, at + 1 + page.getUint8(at))),
    );
    return formats;
  }

  /** At a byte of the main stream. */
  at(place: number): T {
    return this.stretchAt(place).formats;
  }

  /** With where it ends. */
  stretchAt(place: number): { readonly to: number; readonly formats: T } {
    let [low, high] = [0, this.#stretches.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#stretches[middle]?.to ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    const found = this.#stretches[low];
    if (!found) return { to: Infinity, formats: this.#plain };
    return found.from <= place ? found : { to: found.from, formats: this.#plain };
  }

  #read(
    document: DataView,
    tables: DataView,
    [start, sizeBytes]: readonly [number, number],
    placeBytes: number,
    read: (page: DataView, at: number) => T,
  ): void {
    const available = Math.max(0, Math.min(sizeBytes, tables.byteLength - start) - 4);
    // No more pages than the file has room for: a list may name one page again and again.
    const count = Math.min(Math.floor(available / 8), Math.ceil(document.byteLength / PAGE_BYTES));
    for (let index = 0; index < count; index++) {
      const number = tables.getUint32(start + (Math.floor(available / 8) + 1 + index) * 4, true) & 0x3fffff;
      if ((number + 1) * PAGE_BYTES > document.byteLength) continue;
      const page = new DataView(document.buffer, document.byteOffset + number * PAGE_BYTES, PAGE_BYTES);
      const runs = Math.min(page.getUint8(PAGE_BYTES - 1), Math.floor((PAGE_BYTES - 5) / (4 + placeBytes)));
      for (let run = 0; run < runs; run++) {
        const at = page.getUint8((runs + 1) * 4 + run * placeBytes) * 2;
        const [from, to] = [page.getUint32(run * 4, true), page.getUint32(run * 4 + 4, true)];
        const formats = at === 0 || at + 2 > PAGE_BYTES ? this.#plain : read(page, at);
        if (to > from) this.#stretches.push({ from, to, formats });
      }
    }
    this.#stretches.sort((a, b) => a.from - b.from);
  }
}

function paragraphFormats(page: DataView, start: number, end: number): ParagraphFormats {
  if (start + 2 > end) return PLAIN_PARAGRAPH;
  const found = {
    style: page.getUint16(start, true),
    outlineLevel: null as number | null,
    depth: 0,
    isRowEnd: false,
    isInnerCell: false,
    cells: [] as readonly CellDefinition[],
  };
  for (const [code, at] of instructions(page, start + 2, end)) {
    const value = page.getUint8(at);
    if (code === IN_TABLE && value !== 0) found.depth = Math.max(1, found.depth);
    else if (code === ROW_END || code === INNER_ROW_END) found.isRowEnd ||= value !== 0;
    else if (code === DEPTH) found.depth = Math.min(MAX_DEPTH, value);
    else if (code === INNER_CELL) found.isInnerCell = value !== 0;
    else if (code === TABLE_DEFINITION) found.cells = cellsOf(page, at, end);
    else if (code === OUTLINE) found.outlineLevel = value;
  }
  return found;
}

/** Edges of a row's cells, then of each what it is merged with. */
function cellsOf(page: DataView, at: number, end: number): CellDefinition[] {
  if (at + 3 > end) return [];
  const count = page.getUint8(at + 2);
  const edges = at + 3;
  const flags = edges + (count + 1) * 2;
  if (flags > end) return [];
  return Array.from({ length: count }, (_, index) => {
    const flagsAt = flags + index * CELL_BYTES;
    const merged = flagsAt + 2 <= end ? page.getUint16(flagsAt, true) : 0;
    const isBelow = (merged & MERGED_DOWN) !== 0 && (merged & MERGE_START) === 0;
    return {
      right: page.getInt16(edges + (index + 1) * 2, true),
      isCovered: isBelow || (merged & MERGED_RIGHT) !== 0,
    };
  });
}

function characterFormats(page: DataView, start: number, end: number): CharacterFormats {
  let isHidden = false;
  let symbol: CharacterFormats['symbol'] = null;
  for (const [code, at] of instructions(page, start, end)) {
    if (code === DELETED || code === HIDDEN) isHidden ||= page.getUint8(at) === 1;
    else if (code === SYMBOL && at + 4 <= end)
      symbol = { font: page.getUint16(at, true), code: page.getUint16(at + 2, true) };
  }
  return isHidden || symbol ? { isHidden, symbol } : PLAIN_CHARACTERS;
}

/** The top three bits of an instruction say how long its operand is. */
const OPERAND_BYTES: readonly number[] = [1, 1, 2, 4, 2, 2, 0, 3];

function* instructions(
  page: DataView,
  start: number,
  end: number,
): Generator<readonly [code: number, operandAt: number]> {
  for (let at = start; at + 3 <= end;) {
    const code = page.getUint16(at, true);
    const operandAt = at + 2;
    yield [code, operandAt];
    const fixed = OPERAND_BYTES[code >>> 13] ?? 1;
    if (code === TABLE_DEFINITION)
      at = operandAt + 1 + (operandAt + 2 <= end ? page.getUint16(operandAt, true) : 0);
    else at = operandAt + (fixed === 0 ? 1 + page.getUint8(operandAt) : fixed);
  }
}
