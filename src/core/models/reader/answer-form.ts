/** What form the answer to a question should have, and how much a text has it. */

import { likeness, type Term, type Word } from './words';

/** What form the answer should have. */
export interface Asked {
  readonly kind: 'number' | 'definition' | 'name' | 'place' | 'other';
}

export function askedFor(question: string, terms: readonly Term[]): Asked {
  const q = question.trim().toLowerCase();
  if (
    /^how (?!(do|does|did|is|are|was|were|can|could|to|should|would)\b)\w|^(when|in what year|what year|what time|at what|wie ?viele?|wann|combien|cu[aá]nt|quant)/u.test(
      q,
    )
  )
    return { kind: 'number' };
  if (/^(what|who) (is|are|was|were) /u.test(q) && terms.length <= 2) return { kind: 'definition' };
  if (/^(who|whose|whom|wer|qui|quién|chi|quem)\b/u.test(q)) return { kind: 'name' };
  if (/^(where|wo|où|dónde|dove|onde)\b/u.test(q) || /^(in|on|at|from) (which|what) /u.test(q))
    return { kind: 'place' };
  return { kind: 'other' };
}

const NUMBER =
  /\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half)\b/iu;

/** From 0 to 0.9, for a text that looks like an answer of the kind asked for. */
export function formBonus(
  text: string,
  words: readonly Word[],
  terms: readonly Term[],
  { kind }: Asked,
): number {
  switch (kind) {
    case 'number':
      return NUMBER.test(text) ? 0.9 : 0;
    case 'definition':
      return definition(text, terms);
    case 'name':
    case 'place':
      return words.slice(1).some((word) => word.capital && !terms.some((term) => likeness(term, word) > 0.5))
        ? 0.15
        : 0;
    case 'other':
      return 0;
  }
}

/** How much a text looks like a definition of the word asked about: `X is a …` most, `X means …`, then `X, a …` and `X: …`. */
function definition(text: string, terms: readonly Term[]): number {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  const degrees = terms.map((term) => {
    const subject = `(?:^|[\\s“"(])${term.folded.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}s?`;
    const has = (rest: string) => new RegExp(subject + rest, 'iu').test(plain);
    if (has('( (is|are|was|were) (an?|the|one)\\b|\\. noun)')) return 0.6;
    if (has(' (is|are|was|were|means?|refers?|consists?|denotes?|stands for)\\b')) return 0.4;
    return has('(, (an?|the|or)\\b|[:—–])') ? 0.25 : 0;
  });
  return Math.max(...degrees, 0);
}
