/** Cuts a passage into sentences, or into lines where it is not prose. Every piece keeps its place. */

/** UTF-16 offsets in the passage, end exclusive, without white space at either end. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Number of the paragraph it is in. Quotations do not run across paragraphs. */
  readonly paragraph: number;
}

const BLANK_LINE = /\r?\n[ \t]*\r?\n\s*/g;
/** The end of a sentence: its mark, closing quotes and brackets, then white space; CJK needs no space. */
const SENTENCE_END = /[.!?…]+["'”’»)\]_*]*(?=\s)|[。！？]+[」』”’）]*/gu;
const ABBREVIATION =
  /(?:^|[\s(“"‘])(?:\p{Lu}|Mrs?|Ms|Dr|St|Prof|Capt|Lt|Col|Gen|No|Nr|vs|etc|e\.g|i\.e|z\.B|Chap|Fig|p|pp|vol)\.$/u;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let paragraph = 0;
  let start = 0;
  const cuts = [...text.matchAll(BLANK_LINE)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  for (const [end, next] of [...cuts, [text.length, text.length] as const]) {
    paragraphPieces(text, start, end, paragraph++, pieces);
    start = next;
  }
  return pieces;
}

function paragraphPieces(text: string, start: number, end: number, paragraph: number, into: Piece[]): void {
  const add = (from: number, to: number) => {
    while (from < to && /\s/.test(text.charAt(from))) from++;
    while (to > from && /\s/.test(text.charAt(to - 1))) to--;
    if (to > from) into.push({ start: from, end: to, paragraph });
  };
  const body = text.slice(start, end);
  if (!isProse(body)) {
    let at = start;
    for (const line of body.split('\n')) {
      sentences(text, at, at + line.length, add);
      at += line.length + 1;
    }
  } else sentences(text, start, end, add);
}

/** Wrapped prose has wide lines that run on; lists, logs, tables and verse have lines that stand for themselves. */
function isProse(paragraph: string): boolean {
  const lines = paragraph
    .trim()
    .split('\n')
    .map((line) => line.trim());
  if (lines.length === 1) return true;
  const share = (of: readonly string[], test: (line: string) => boolean) =>
    of.filter(test).length / of.length;
  const inner = lines.slice(0, -1);
  return (
    share(inner, (line) => line.length >= 45) >= 0.6 &&
    share(inner, (line) => /[.!?:;|]$/.test(line)) <= 0.5 &&
    share(lines, (line) => /^[\p{L}“"'‘(—–_]/u.test(line)) >= 0.8 &&
    share(lines, (line) => /\t|\s\|\s|[{}]|=\S/.test(line)) <= 0.2
  );
}

function sentences(text: string, start: number, end: number, add: (from: number, to: number) => void): void {
  let from = start;
  for (const match of text.slice(start, end).matchAll(SENTENCE_END)) {
    const to = start + match.index + match[0].length;
    if (ABBREVIATION.test(text.slice(Math.max(from, to - 8), to))) continue;
    if (/^\s+\p{Ll}/u.test(text.slice(to, to + 6)) && /[”’"'»]$/u.test(match[0])) continue; // “No!” cried he
    add(from, to);
    from = to;
  }
  add(from, end);
}
