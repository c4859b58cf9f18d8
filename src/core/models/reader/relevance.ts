/** How well a text answers a question, as far as words can tell; picks sentences out of a passage and ranks quotations. */

import { askedFor, formBonus, type Asked } from './answer-form';
import { piecesOf, type Piece } from './sentences';
import { likeness, termsOf, wordsOf, type Term, type Word } from './words';

export interface Candidate {
  readonly text: string;
  /** How the search ranked the passage it came from. */
  readonly score: number;
}

/** How often words of the question occur in the documents, folded; words not listed weigh by themselves. */
export type Occurrences = ReadonlyMap<string, number>;

const NO_COUNTS: Occurrences = new Map();
const MAX_PIECES = 3;
/** A quotation grows up to this many characters, so that it can be understood without its surroundings. */
const FULL_QUOTE_CHARS = 420;

/**
 * The one to three neighbouring sentences of a passage that fit the question best, word for word as they stand there;
 * null when no word of weight is in it.
 */
export function pickQuote(question: string, passage: string, counts = NO_COUNTS): string | null {
  const terms = weighByRarity(termsOf(question), counts);
  const pieces = piecesOf(passage);
  const asked = askedFor(question, terms);
  const scores = lentByHeadings(
    pieces.map((piece) => {
      const text = passage.slice(piece.start, piece.end);
      return isQuestionItself(text, question) ? NO_SCORE : scoreText(text, terms, asked);
    }),
  );
  const core = bestWindow(passage, pieces, scores, (text) => scoreText(text, terms, asked).total);
  if (!core) return null;
  const [first, last] = widen(pieces, core, scores);
  return passage.slice(pieces[first]?.start ?? 0, pieces[last]?.end ?? passage.length);
}

/** First and last piece. */
type Window = readonly [number, number];

/**
 * The run of up to three sentences that fits best as a whole: what is asked about is often named in one sentence and
 * told of in the next. The shortest of equals. Null when no word of weight is anywhere.
 */
function bestWindow(
  passage: string,
  pieces: readonly Piece[],
  scores: readonly Score[],
  scoreOf: (text: string) => number,
): Window | null {
  let best: Window | null = null;
  let top = 0;
  for (let first = 0; first < pieces.length; first++) {
    for (let last = first; last < Math.min(pieces.length, first + MAX_PIECES); last++) {
      const [from, to] = [pieces[first], pieces[last]];
      if (!from || !to || (scores[last]?.total ?? 0) < 0) break;
      if (last > first && (to.end - from.start > FULL_QUOTE_CHARS || to.paragraph !== from.paragraph)) break;
      const alone = scores[first]?.total ?? 0; // with what a heading above has lent
      const total =
        (last === first ? alone : scoreOf(passage.slice(from.start, to.end))) - 0.05 * (last - first);
      if (total > top) [best, top] = [[first, last], total];
    }
  }
  return best;
}

/** Below zero: never quoted. */
const NO_SCORE: Score = { total: -1, matched: 0, heading: false };

/** A child run is given question and text in one; the question would fit itself best. */
function isQuestionItself(text: string, question: string): boolean {
  const squashed = text.replace(/\s+/g, ' ').trim();
  return squashed.length > 12 && question.replace(/\s+/g, ' ').includes(squashed);
}

/** A heading is no answer, but what stands under it may be: it hands half its score down. */
function lentByHeadings(scores: readonly Score[]): readonly Score[] {
  if (scores.every((score) => score.heading || score.matched === 0)) return scores;
  return scores.map((score, i) => {
    if (score.heading) return { ...score, total: -1 };
    const above = scores[i - 1];
    return above?.heading && score.total >= 0 ? { ...score, total: score.total + above.total / 2 } : score;
  });
}

/**
 * Takes in the neighbours that fit better, the following one when they fit alike. Another paragraph is entered only
 * where it goes on about the same, as a dialogue does.
 */
function widen(pieces: readonly Piece[], core: Window, scores: readonly Score[]): Window {
  let [first, last] = core;
  const fits = (at: number): number => {
    const piece = pieces[at];
    if (!piece) return -1;
    const beside = pieces[at < first ? first : last];
    const sameMatter = (scores[at]?.matched ?? 0) > 0.3 && scores[at]?.heading === false;
    if (piece.paragraph !== beside?.paragraph && !sameMatter) return -1;
    const from = pieces[Math.min(at, first)]?.start ?? 0;
    const to = pieces[Math.max(at, last)]?.end ?? 0;
    return to - from <= FULL_QUOTE_CHARS ? (scores[at]?.total ?? 0) : -1;
  };
  while (last - first + 1 < MAX_PIECES) {
    const before = fits(first - 1);
    const after = fits(last + 1);
    if (before < 0 && after < 0) break;
    if (after >= before) last++;
    else first--;
  }
  return [first, last];
}

/** Positions (0-based) of the candidates, the best answer first. */
export function rankQuotes(question: string, candidates: readonly Candidate[], counts = NO_COUNTS): number[] {
  const terms = weighByRarity(termsOf(question), counts);
  const asked = askedFor(question, terms);
  const topScore = Math.max(...candidates.map(({ score }) => score), 1e-9);
  const share = asked.kind === 'definition' ? SEARCH_SHARE / 3 : SEARCH_SHARE;
  const totals = candidates.map(
    ({ text, score }) => share * (score / topScore) + scoreText(text, terms, asked).total,
  );
  return totals.map((_, i) => i).sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0) || a - b);
}

/** What the search thought of the whole passage, against what the quotation itself shows. */
const SEARCH_SHARE = 1.2;
const NEARNESS_SHARE = 0.5;

/** A word that is everywhere tells little about where the answer is; one that is nowhere tells nothing. */
function weighByRarity(terms: readonly Term[], counts: Occurrences): Term[] {
  // Ten times the commonest word of the question stands in for the number of all words, which is not known here.
  const most = 10 * Math.max(...counts.values(), 1);
  return terms.map((term) => {
    const count = counts.get(term.folded);
    if (count === undefined) return term;
    const rarity = count === 0 ? 0.3 : Math.log(1 + (2 * most) / count) / Math.log(1 + 2 * most);
    return { ...term, weight: term.weight * (0.25 + rarity) };
  });
}

interface Score {
  readonly total: number;
  /** Weight of the words found, from 0 to 1. */
  readonly matched: number;
  /** Names a subject, says nothing of it. */
  readonly heading: boolean;
}

/** Words found, how close together, in the question's order, and whether the text has the form of an answer. */
function scoreText(text: string, terms: readonly Term[], asked: Asked): Score {
  const words = wordsOf(text);
  const hits = terms.map((term) => bestHit(term, words));
  const weight = terms.reduce((sum, term) => sum + term.weight, 0) || 1;
  const matched =
    hits.reduce((sum, hit, i) => sum + (hit?.likeness ?? 0) * (terms[i]?.weight ?? 0), 0) / weight;
  const heading = isHeading(text, words);
  if (matched === 0) return { total: 0, matched, heading };
  const form = formBonus(text, words, terms, asked);
  const length = Math.max(0, words.length - 80) / 250;
  const full = matched + NEARNESS_SHARE * adjacency(words, terms) + form * matched - length;
  return { total: heading ? full * 0.5 : full, matched, heading };
}

function bestHit(term: Term, words: readonly Word[]): { likeness: number; index: number } | null {
  let best: { likeness: number; index: number } | null = null;
  for (const [index, word] of words.entries()) {
    const like = likeness(term, word);
    if (like > (best?.likeness ?? 0)) best = { likeness: like, index };
    if (like === 1) break;
  }
  return best;
}

/** Very few words, or a handful most of which are capitalised. */
function isHeading(text: string, words: readonly Word[]): boolean {
  if (text.includes('\n') && words.length > 6) return false;
  const capitals = words.filter((word) => word.capital).length;
  return words.length < 4 || (words.length <= 12 && capitals >= 0.6 * words.length && !/[?”"]$/.test(text));
}

/** Share of neighbouring pairs of the question that stand side by side in the text too, in order for full marks. */
function adjacency(words: readonly Word[], terms: readonly Term[]): number {
  if (terms.length < 2) return 0;
  const places = terms.map((term) => words.flatMap((word, i) => (likeness(term, word) > 0.5 ? [i] : [])));
  let close = 0;
  let weight = 0;
  for (let i = 1; i < terms.length; i++) {
    const pair = Math.min(terms[i - 1]?.weight ?? 0, terms[i]?.weight ?? 0);
    const gaps = (places[i - 1] ?? [])
      .flatMap((a) => (places[i] ?? []).map((b) => b - a))
      .filter((gap) => gap !== 0);
    weight += pair;
    if (gaps.some((gap) => gap > 0 && gap <= 3)) close += pair;
    else if (gaps.some((gap) => Math.abs(gap) <= 6)) close += 0.4 * pair;
  }
  return weight > 0 ? close / weight : 0;
}
