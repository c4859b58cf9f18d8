/** What prose is made of, before it is written: paragraphs, and tables of them. */

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
  /** Of a heading: 1 is the outermost. Null for all else. */
  readonly level: number | null;
  /** An item of a list stands close to its neighbours. */
  readonly isItem: boolean;
  /** What is anchored in it: written after it. */
  readonly asides: readonly Aside[];
}

export interface Cell {
  readonly blocks: readonly Block[];
  /** How many columns it is wide. */
  readonly span: number;
}

export interface ProseTable {
  readonly kind: 'table';
  readonly rows: readonly (readonly Cell[])[];
  readonly header: boolean;
}

export type Block = Paragraph | ProseTable;

/** A note or comment, or what floats beside the text: a text box has no label. */
export interface Aside {
  readonly kind: 'note' | 'comment' | 'box';
  /** Of a note what stands in the text for it; of a comment who wrote it. */
  readonly label: string;
  readonly blocks: readonly Block[];
}
