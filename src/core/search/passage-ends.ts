/** Where a passage is cut: at the end of a sentence, or of a line, when there is one near. */

/** How far outwards an end is looked for, in UTF-16 units. */
const REACH = 320;
const SENTENCE_END = /[.!?…]+["'”’»)\]_*]*(?=\s)|[。！？]+[」』”’）]*|\n\s*\n/g;
const LINE_END = /\n/g;

/** Moves both ends outwards. `start` and `end` are indexes into the text, which reaches a little further both ways. */
export function tidyEnds(
  text: string,
  start: number,
  end: number,
  isStart: boolean,
  isEnd: boolean,
): { start: number; end: number } {
  let from = (isStart ? 0 : null) ?? lastEnd(text, SENTENCE_END, start, REACH);
  from ??= lastEnd(text, LINE_END, start, REACH / 2) ?? start;
  let to = isEnd ? text.length : firstEnd(text, SENTENCE_END, start, end, REACH);
  to ??= firstEnd(text, LINE_END, start, end, REACH / 2) ?? end;
  while (from < to && /\s/.test(text[from] ?? '')) from++;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to--;
  return { start: from, end: to };
}

function lastEnd(text: string, breaks: RegExp, start: number, reach: number): number | null {
  const from = Math.max(0, start - reach);
  let last: number | null = null;
  for (const match of text.slice(from, start).matchAll(breaks)) last = from + match.index + match[0].length;
  return last;
}

function firstEnd(text: string, breaks: RegExp, start: number, end: number, reach: number): number | null {
  const from = Math.max(start, end - 1);
  breaks.lastIndex = 0;
  const match = breaks.exec(text.slice(from, end + reach));
  return match && from + match.index + match[0].length;
}
