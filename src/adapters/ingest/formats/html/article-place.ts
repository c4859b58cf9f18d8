/** Where in the text of a page its article is: lines that both have, and have once, hold the two together. */

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

interface Line extends Stretch {
  readonly key: string;
}

interface Pair {
  readonly inArticle: Line;
  readonly inPage: Line;
}

/** How much of the article must be found for its place to be believed. */
const MIN_SHARE = 0.6;
/** Between two lines of an article, a page has no more than this that is not of it. */
const MAX_FOREIGN_UNITS = 6000;

/** In UTF-16 units of `page`; null when the article is not found in it, or only scattered. */
export function placeOf(article: string, page: string): Stretch | null {
  const articleLines = linesOf(article);
  const all = articleLines.reduce((sum, { key }) => sum + key.length, 0);
  const run = heaviestRun(inOrder(pairs(articleLines, linesOf(page))));
  const found = run.reduce((sum, { inArticle }) => sum + inArticle.key.length, 0);
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last || found < all * MIN_SHARE) return null;
  return { start: first.inPage.start, end: last.inPage.end };
}

/** Lines with what they say, whatever their white space and markers. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const key = line
      .replace(/^\s*(?:-|\w{1,6}\.)\s/, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (key !== '') lines.push({ key, start, end: start + line.length });
    start += line.length + 1;
  }
  return lines;
}

function pairs(article: readonly Line[], page: readonly Line[]): Pair[] {
  const inPage = onlyOnes(page);
  const once = onlyOnes(article);
  return article.flatMap((line) => {
    const match = once.get(line.key) && inPage.get(line.key);
    return match ? [{ inArticle: line, inPage: match }] : [];
  });
}

/** Lines by what they say; those said more than once are null. */
function onlyOnes(lines: readonly Line[]): Map<string, Line | null> {
  const found = new Map<string, Line | null>();
  for (const line of lines) found.set(line.key, found.has(line.key) ? null : line);
  return found;
}

/** The longest series of pairs that are in the same order in both. */
function inOrder(all: readonly Pair[]): Pair[] {
  const ends: number[] = []; // of the series of each length, the index of the pair with the earliest end
  const before: number[] = [];
  all.forEach((pair, at) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[ends[middle] ?? 0]?.inPage.start ?? 0) < pair.inPage.start) low = middle + 1;
      else high = middle;
    }
    before[at] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = at;
  });
  const series: Pair[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = all[at];
    if (pair) series.push(pair);
  }
  return series.reverse();
}

/** Of the runs between large stretches that are not of the article, the one that says most. */
function heaviestRun(series: readonly Pair[]): readonly Pair[] {
  let best = { from: 0, to: 0, units: 0 };
  let from = 0;
  let units = 0;
  series.forEach((pair, at) => {
    const last = at > from ? series[at - 1] : undefined;
    const gap = last ? pair.inPage.start - last.inPage.end : 0;
    const own = last ? pair.inArticle.start - last.inArticle.end : 0;
    if (gap - own > MAX_FOREIGN_UNITS) [from, units] = [at, 0];
    units += pair.inArticle.key.length;
    if (units > best.units) best = { from, to: at + 1, units };
  });
  return series.slice(best.from, best.to);
}
