/** Lines of one column become paragraphs, with words broken at line ends made whole; rows of cells become tables. */

import { textOf, type PagePart, type Piece, type TextLine } from './pieces';
import { tableAt } from './tables';
import type { Line } from './words';

/** Cells of a line that is no table's: more room than this, in sizes of the type, is a tab. */
const TAB_GAP = 2;

/** The lines of one column, from top to bottom. */
export function flow(lines: readonly Line[]): PagePart[] {
  const parts: PagePart[] = [];
  const pitch = usualPitch(lines);
  let before: Line | null = null;
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    if (!line) break;
    const found = tableAt(lines, i);
    if (found) {
      parts.push(found.table);
      before = null;
      i += found.lines;
      continue;
    }
    const breaks = before && !startsParagraph(before, line, lines[i + 1], pitch) ? 1 : 2;
    parts.push({ kind: 'line', breaks, pieces: inOneLine(line), at: line });
    before = line;
    i++;
  }
  return parts;
}

function inOneLine(line: Line): Piece[] {
  return line.cells.flatMap((cell, i) => {
    const last = line.cells[i - 1];
    if (!last) return cell.pieces;
    const gap = Math.max(cell.u0 - last.u1, last.u0 - cell.u1);
    return [{ text: gap > TAB_GAP * line.size ? '\t' : ' ', source: null }, ...cell.pieces];
  });
}

/** The distance from line to line that most lines have, in points. */
function usualPitch(lines: readonly Line[]): number {
  const pitches = lines
    .flatMap((line, i) => {
      const next = lines[i + 1];
      return next && Math.abs(next.size - line.size) < 0.1 * line.size ? [next.v - line.v] : [];
    })
    .filter((pitch) => pitch > 0)
    .sort((a, b) => a - b);
  return pitches[Math.floor(pitches.length * 0.4)] ?? 0;
}

function startsParagraph(before: Line, line: Line, next: Line | undefined, pitch: number): boolean {
  const size = Math.max(before.size, line.size);
  const distance = line.v - before.v;
  if (distance > 1.3 * Math.max(pitch, 1.05 * size) || distance > 2.2 * size) return true;
  if (distance < 0) return true;
  const [small, large] = before.size < line.size ? [before, line] : [line, before];
  if (small.size < 0.85 * large.size && distance > 0.9 * small.size) return true;
  const indent = line.u0 - before.u0;
  const flush =
    next !== undefined && Math.abs(next.u0 - before.u0) < 0.3 * size && next.v - line.v < 1.5 * distance;
  return flush && indent > 0.8 * size && indent < 4 * size;
}

/** Words broken at the end of a line or a column, made whole on the line where they begin. */
export function joinBroken(parts: PagePart[]): PagePart[] {
  const joined: PagePart[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (before?.kind !== 'line' || part.kind !== 'line') {
      joined.push(part);
      continue;
    }
    const whole = joinWord(before, part);
    if (!whole) {
      joined.push(part);
      continue;
    }
    joined.splice(-1, 1, whole.first, ...(whole.second ? [whole.second] : []));
  }
  return joined;
}

/** What follows the hyphen, up to the next space. */
const CONTINUATION = /^\p{Ll}[^\s]*/u;
const BROKEN = /\p{Ll}[-\u2010]$/u;

/** Takes the rest of a broken word from the second line to the first; null where no word is broken. */
export function joinWord(
  first: TextLine,
  second: TextLine,
): { first: TextLine; second: TextLine | null } | null {
  if (!BROKEN.test(textOf(first.pieces))) return null;
  const rest = CONTINUATION.exec(textOf(second.pieces))?.[0];
  if (rest === undefined) return null;
  const [taken, left] = split(second.pieces, rest.length);
  const pieces = [...split(first.pieces, textOf(first.pieces).length - 1)[0], ...taken];
  const remains = dropSpace(left);
  return {
    first: { ...first, pieces },
    second: remains.length > 0 ? { ...second, breaks: 1, pieces: remains } : null,
  };
}

/** Pieces up to a place in their text, and those after it. */
function split(pieces: readonly Piece[], at: number): [Piece[], Piece[]] {
  const [before, after]: [Piece[], Piece[]] = [[], []];
  let left = at;
  for (const piece of pieces) {
    const { text, source } = piece;
    const cut = Math.max(0, Math.min(left, text.length));
    left -= cut;
    if (cut > 0) before.push({ text: text.slice(0, cut), source });
    const moved = source && 'run' in source ? { ...source, from: source.from + cut } : source;
    if (cut < text.length) after.push({ text: text.slice(cut), source: moved });
  }
  return [before, after];
}

function dropSpace(pieces: readonly Piece[]): Piece[] {
  const blank = textOf(pieces).length - textOf(pieces).trimStart().length;
  return split(pieces, blank)[1];
}
