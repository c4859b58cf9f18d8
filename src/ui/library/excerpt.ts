/** What is shown of a hit in a list of hits: the words that were found, with a little around them. */

import type { FindMode, SearchHit } from '../../core/corpus/library';

export interface Run {
  readonly text: string;
  readonly marked: boolean;
}

/** UTF-16 units shown of a passage, and before its first mark. */
const SHOWN = 260;
const LEAD = 50;

/** The stretch of the hit with the most marks, as runs that are marked or not. */
export function excerpt({ before, match, after, highlights }: SearchHit): Run[] {
  if (highlights.length === 0)
    return runs([
      { text: before, marked: false },
      { text: match, marked: true },
      { text: after, marked: false },
    ]);
  const first = densest(highlights);
  const from = wordStart(match, Math.max(0, (highlights[first]?.start ?? 0) - LEAD));
  const to = Math.min(match.length, from + SHOWN);
  const cut: Run[] = [{ text: from > 0 ? '… ' : '', marked: false }];
  let at = from;
  for (const { start, end } of highlights) {
    if (start < at || end > to) continue;
    cut.push(
      { text: match.slice(at, start), marked: false },
      { text: match.slice(start, end), marked: true },
    );
    at = end;
  }
  cut.push(
    { text: match.slice(at, to), marked: false },
    { text: to < match.length ? ' …' : '', marked: false },
  );
  return runs(cut);
}

/** Where the most marks follow each other within what is shown. */
function densest(highlights: SearchHit['highlights']): number {
  let best = 0;
  let most = 0;
  for (const [index, { start }] of highlights.entries()) {
    const count = highlights.filter(
      (other) => other.start >= start && other.end <= start + SHOWN - LEAD,
    ).length;
    if (count > most) [best, most] = [index, count];
  }
  return best;
}

/** No excerpt begins inside a word, where a blank is near. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const blank = text.slice(at, at + 20).search(/\s/);
  return blank < 0 ? at : at + blank + 1;
}

function runs(all: readonly Run[]): Run[] {
  return all.filter(({ text }) => text !== '');
}

export interface Asked {
  readonly mode: FindMode;
  readonly query: string;
}

/** What was typed, as it is looked for: in quotation marks as it is written, else its words. */
export function askedFor(typed: string, pattern: boolean): Asked {
  if (pattern) return { mode: 'pattern', query: typed };
  const quoted = /^\s*["“„«]([^"“”„«»]+)["”“»]\s*$/u.exec(typed)?.[1]?.trim();
  return quoted ? { mode: 'exact', query: quoted } : { mode: 'words', query: typed };
}
