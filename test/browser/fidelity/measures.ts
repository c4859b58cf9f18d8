/** How faithfully a document was read, against a truth that other programs extracted. */

export interface Measure {
  /** What was compared, e.g. `words`, `cells`. */
  readonly of: string;
  /** 0…1; 1 is all of it. */
  readonly share: number;
  /** The least that will do. */
  readonly floor: number;
  readonly detail: string;
}

/** Lower-case words, as white space parts them. `bare`: without what stands around letters and digits. */
export function wordsOf(text: string, how: 'bare' | 'as they stand' = 'bare'): string[] {
  const all = text.normalize('NFKC').toLowerCase().split(/\s+/u);
  const words = how === 'bare' ? all.flatMap((word) => word.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) : all;
  return words.filter((word) => word !== '');
}

/** Share of the words of the truth that were read, each as often as it is there. */
export function recallOf(
  truth: readonly string[],
  read: readonly string[],
): { share: number; missing: string[] } {
  const left = new Map<string, number>();
  for (const word of read) left.set(word, (left.get(word) ?? 0) + 1);
  const missing: string[] = [];
  for (const word of truth) {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    else missing.push(word);
  }
  return { share: truth.length === 0 ? 1 : 1 - missing.length / truth.length, missing };
}

export function wordMeasure(truth: string, read: string, floor: number): Measure {
  const { share, missing } = recallOf(wordsOf(truth), wordsOf(read));
  return { of: 'words', share, floor, detail: missing.slice(0, 6).join(' ') };
}

/** Runs of five words of the truth that stand so in the text: whether it is in order, too. For people to look at. */
export function orderShare(truth: string, read: string): number {
  const runs = (words: string[]): string[] => words.slice(4).map((_, i) => words.slice(i, i + 5).join(' '));
  const there = new Set(runs(wordsOf(read)));
  const wanted = runs(wordsOf(truth));
  return wanted.length === 0 ? 1 : wanted.filter((run) => there.has(run)).length / wanted.length;
}

/** All of it or nothing, with what differs first. */
export function exactly(of: string, truth: unknown, read: unknown): Measure {
  const [want, got] = [JSON.stringify(truth), JSON.stringify(read)];
  let at = 0;
  while (at < want.length && want[at] === got[at]) at++;
  const detail = want === got ? '' : `wanted …${want.slice(at, at + 40)} got …${got.slice(at, at + 40)}`;
  return { of, share: want === got ? 1 : 0, floor: 1, detail };
}
