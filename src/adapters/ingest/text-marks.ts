/** Marks of plain text, found as it passes: the headings of Markdown, the one table that a delimited file is. */

import type { Mark, Metadata } from '../../core/corpus/structure';
import type { TextKind } from './file-kind';

export interface TextMarks {
  /** Well-formed UTF-8; a piece may end inside a code point. */
  push(utf8: Uint8Array): void;
  /** Ends may lie beyond the text: what is marked reaches to its end then. */
  end(): { readonly marks: readonly Mark[]; readonly metadata: Metadata };
}

/** What shows the shape of a table. */
const SAMPLE_CHARS = 64 * 1024;

const none: TextMarks = { push: () => undefined, end: () => ({ marks: [], metadata: {} }) };

/** What looks for marks in text of this kind; its code is fetched when the first such file comes. */
export async function marksOf(kind: TextKind, path: string): Promise<TextMarks> {
  if (kind === 'csv' || kind === 'tsv') return tableMarks(path.split('/').at(-1) ?? path);
  return kind === 'markdown' && /\.(?:md|markdown|mdown|mkd|mdx)$/i.test(path) ? headingMarks() : none;
}

async function tableMarks(name: string): Promise<TextMarks> {
  const { tableOfDelimited } = await import('./formats/delimited');
  const decoder = new TextDecoder();
  let sample = '';
  return {
    push: (utf8) => {
      if (sample.length < SAMPLE_CHARS)
        sample += decoder.decode(utf8.subarray(0, 4 * SAMPLE_CHARS), { stream: true });
    },
    end: () => {
      const shape = tableOfDelimited(sample.slice(0, SAMPLE_CHARS));
      if (!shape) return { marks: [], metadata: {} };
      const { delimiter, header } = shape;
      const table = { layout: { delimiter }, reads: 'text', header, origin: null, exact: [] } as const;
      return {
        marks: [{ kind: 'table', start: 0, end: Number.MAX_SAFE_INTEGER, label: name, table }],
        metadata: {},
      };
    },
  };
}

async function headingMarks(): Promise<TextMarks> {
  const { MarkdownHeadings } = await import('./formats/markdown');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const headings = new MarkdownHeadings();
  return {
    push: (utf8) => {
      headings.push(decoder.decode(utf8, { stream: true }));
    },
    end: () => {
      headings.push(decoder.decode());
      return headings.end();
    },
  };
}
