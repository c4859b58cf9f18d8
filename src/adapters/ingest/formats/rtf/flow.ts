/** One run of text in RTF, the body or a note: its paragraphs, and the tables that are only marks at their ends. */

import { paragraph, type Aside, type Block, type Cell } from '../prose';

/** How a paragraph stands when it ends. */
export interface ParagraphFormat {
  /** How many tables it is in. */
  readonly depth: number;
  /** Of a heading: from 1. */
  readonly level: number | null;
  /** Depth of the list it is in, from 0. */
  readonly listLevel: number;
}

/** What a row says of one cell: where its right edge is, and whether it belongs to the cell above or before it. */
export interface CellDefinition {
  readonly right: number;
  readonly isCovered: boolean;
}

interface OpenRow {
  readonly cells: readonly (readonly Block[])[];
  readonly definitions: readonly CellDefinition[];
}

interface OpenTable {
  readonly rows: OpenRow[];
  cells: Block[][];
  blocks: Block[];
}

const MAX_DEPTH = 30;

export class RtfFlow {
  readonly #emit: (block: Block) => void;
  readonly #tables: OpenTable[] = [];
  #text = '';
  #number: string | null = null;
  #asides: Aside[] = [];

  constructor(emit: (block: Block) => void) {
    this.#emit = emit;
  }

  get isAtStart(): boolean {
    return this.#text.trim() === '' && this.#asides.length === 0;
  }

  append(text: string): void {
    this.#text += text;
  }

  /** What stands before the paragraph: the number or bullet that the writer worked out. */
  setNumber(number: string | null): void {
    this.#number = number;
  }

  add(aside: Aside): void {
    this.#asides.push(aside);
  }

  endParagraph({ depth, level, listLevel }: ParagraphFormat): void {
    const number = this.#number;
    const isItem = number !== null && level === null;
    const text = this.#text.trim() === '' ? '' : this.#text;
    const indent = isItem ? '  '.repeat(Math.min(8, Math.max(0, listLevel))) : '';
    const shown = number === null || text === '' ? text : indent + number + text.trimStart();
    const block = paragraph(shown, { level, isItem, asides: this.#asides });
    this.#text = '';
    this.#number = null;
    this.#asides = [];
    this.#add(block, Math.min(MAX_DEPTH, depth));
  }

  endCell(format: ParagraphFormat): void {
    const depth = Math.min(MAX_DEPTH, Math.max(1, format.depth));
    this.endParagraph({ ...format, depth });
    const table = this.#table(depth);
    table.cells.push(table.blocks);
    table.blocks = [];
  }

  endRow(depth: number, definitions: readonly CellDefinition[]): void {
    endRow(this.#table(Math.min(MAX_DEPTH, Math.max(1, depth))), definitions);
  }

  /** What is still open: a last paragraph without an end, a table the text ends with. */
  finish(format: ParagraphFormat): void {
    if (!this.isAtStart) this.endParagraph(format);
    this.#closeBelow(0);
  }

  #add(block: Block, depth: number): void {
    this.#closeBelow(depth);
    if (depth === 0) this.#emit(block);
    else this.#table(depth).blocks.push(block);
  }

  #table(depth: number): OpenTable {
    this.#closeBelow(depth);
    while (this.#tables.length < depth) this.#tables.push({ rows: [], cells: [], blocks: [] });
    return this.#tables[depth - 1] ?? { rows: [], cells: [], blocks: [] };
  }

  #closeBelow(depth: number): void {
    while (this.#tables.length > depth) {
      const table = this.#tables.pop();
      if (!table) return;
      if (
        table.blocks.some(({ kind, ...block }) => kind === 'table' || ('text' in block && block.text !== ''))
      )
        table.cells.push(table.blocks);
      if (table.cells.length > 0) endRow(table, []);
      if (table.rows.length === 0) continue;
      const block: Block = { kind: 'table', rows: spanned(table.rows), header: true };
      const outer = this.#tables.at(-1);
      if (outer) outer.blocks.push(block);
      else this.#emit(block);
    }
  }
}

function endRow(table: OpenTable, definitions: readonly CellDefinition[]): void {
  const cells = table.cells.map((blocks, at) => (definitions[at]?.isCovered ? [] : blocks));
  table.rows.push({ cells, definitions: definitions.slice(0, cells.length) });
  table.cells = [];
  table.blocks = [];
}

/** A merged cell is only a wider one: the row with the most cells says where columns are. */
function spanned(rows: readonly OpenRow[]): Cell[][] {
  const widest = rows.reduce<OpenRow | null>(
    (most, row) => (row.cells.length > (most?.cells.length ?? 0) ? row : most),
    null,
  );
  const edges = widest?.definitions.map(({ right }) => right) ?? [];
  return rows.map(({ cells, definitions }) => {
    const isNarrower = cells.length < (widest?.cells.length ?? 0) && definitions.length === cells.length;
    let column = 0;
    return cells.map((blocks, at) => {
      if (!isNarrower) return { blocks, span: 1 };
      const right = definitions[at]?.right ?? 0;
      const end = edges.findIndex((edge) => edge >= right - EDGE_TOLERANCE_TWIPS) + 1;
      const span = Math.max(1, end - column);
      column += span;
      return { blocks, span };
    });
  });
}

/** Edges that were meant to meet differ by rounding; no column is this narrow. */
const EDGE_TOLERANCE_TWIPS = 60;
