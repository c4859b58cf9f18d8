/** Words of any language, as the built-in reader compares them: folded, lightly stemmed, and weighed. */

export interface Word {
  /** Folded: lower case, no accents, straight apostrophes gone. */
  readonly folded: string;
  readonly stem: string;
  /** Lower case as it stands, without what follows an apostrophe. */
  readonly surface: string;
  /** Begins with a capital in the text. */
  readonly capital: boolean;
  /** UTF-16 offset in the text. */
  readonly at: number;
}

/** Scripts written without spaces are compared by pairs of characters. */
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f]/u;
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’\-_.][\p{L}\p{N}\p{M}]+)*/gu;

/**
 * Words that carry grammar rather than matter, in the languages people most often ask in. They count for little; in any
 * other language short words do.
 */
const GRAMMAR = new Set(
  (
    'a an and are as at be been being but by can could did do does for from had has have he her hers him his how i if ' +
    'in into is it its me mine my no nor not of on or our she should so some such than that the their them then there ' +
    'these they this those to was we were what when where which while who whom whose why will with would you your ' +
    'about after before any all also between during each only own over same too under until up very just ' +
    'der die das den dem des ein eine einer eines einem einen und oder ist sind war waren wie wer wo was wann warum ' +
    'welche welcher welches von vom zu zum zur mit auf für im an am aus bei nach nicht sich er sie es ich wir ihr hat ' +
    'haben hatte wird werden wurde ' +
    'le la les un une des du de et ou est sont était qui que quoi quel quelle quels quelles où quand pourquoi comment ' +
    'dans sur pour par avec ne pas se ce cette il elle ils elles on nous vous au aux ' +
    'el los las una unos unas y o es son fue era quien quién qué cuál cuáles dónde cuándo cómo en del al por para con ' +
    'su sus lo no se que como ' +
    'il lo gli i uno e è sono era chi che cosa quale quali dove quando perché come nel nella di da dal con per su ' +
    'os as um uma e é são foi quem qual onde quando porque como no na nos nas do da dos das em por para com seu sua ' +
    'de het een en of is zijn was wie wat waar wanneer waarom hoe van op in met voor door niet ' +
    'и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по ее мне был была кто где когда ' +
    'почему какой какая'
  )
    .split(' ')
    .map(fold),
);

/** Past forms that share no beginning with their verb, in English, where questions ask “did he lose” of texts that say “lost”. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  (
    'lost lose loss lose bought buy found find made make gave give given give took take taken take went go gone go came come ' +
    'saw see seen see died die dead die death die wrote write written write began begin begun begin built build kept keep held hold left leave sold ' +
    'sell told tell paid pay sent send met meet led lead caught catch taught teach brought bring thought think fell fall ' +
    'fallen fall flew fly drank drink drove drive driven drive broke break broken break stole steal stolen steal chose ' +
    'choose chosen choose wore wear spoke speak spoken speak sank sink sunk sink shot shoot struck strike fought fight ' +
    'won win ran run sat sit grew grow grown grow knew know known know drew draw drawn draw threw throw thrown throw ate ' +
    'eat eaten eat got get forgot forget forgotten forget bore bear born bear heard hear felt feel slept sleep stood ' +
    'stand said say rose rise risen rise men man women woman children child feet foot teeth tooth wives wife lives life'
  )
    .split(' ')
    .reduce<[string, string][]>(
      (pairs, form, i, all) => (i % 2 ? pairs : [...pairs, [form, all[i + 1] ?? form]]),
      [],
    ),
);

/** Words that ask for something without saying what. */
const ASKING = new Set(
  'say says said tell tells told mention mentioned name named called describe described explain document text passage book report answer question find give according happen happened'.split(
    ' ',
  ),
);

export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/['’]s?$/u, '')
    .replace(/['’]/gu, '');
}

/** The words of a text in order. Unspaced scripts come as overlapping pairs of characters. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: raw, index } of text.matchAll(WORD)) {
    if (UNSPACED.test(raw)) pairsOf(raw, index, words);
    else for (const part of partsOf(raw)) words.push(word(part.text, index + part.at));
  }
  return words;
}

function word(raw: string, at: number): Word {
  const folded = fold(raw);
  const surface = raw.toLowerCase().replace(/['’].*$/u, '');
  return { folded, stem: stem(folded), surface, capital: /^\p{Lu}/u.test(raw), at };
}

/** A hyphenated word as its parts: `try-works` should meet `try works`. */
function* partsOf(raw: string): Generator<{ text: string; at: number }> {
  let at = 0;
  for (const text of raw.split('-')) {
    if (text) yield { text, at };
    at += text.length + 1;
  }
}

function pairsOf(raw: string, at: number, words: Word[]): void {
  const characters = [...raw];
  const last = Math.max(1, characters.length - 1);
  let offset = at;
  for (let i = 0; i < last; i++) {
    const pair = characters.slice(i, i + 2).join('');
    words.push({ folded: pair, stem: pair, surface: pair, capital: false, at: offset });
    offset += characters[i]?.length ?? 0;
  }
}

/** The beginning that inflected forms share; light, so that unlike words stay apart. */
export function stem(folded: string): string {
  const base = IRREGULAR.get(folded);
  if (base !== undefined) return stem(base);
  if (folded.length < 4 || /\d/.test(folded)) return folded;
  for (const ending of [
    'ingly',
    'edly',
    'ings',
    'ing',
    'ies',
    'ied',
    'ers',
    'ed',
    'es',
    'ly',
    'er',
    's',
    'e',
    'y',
    'n',
  ])
    if (folded.endsWith(ending) && folded.length - ending.length >= 3) return folded.slice(0, -ending.length);
  return folded;
}

/** How alike two words are, from 0 to 1: the same, inflected alike, or grown from the same beginning. */
export function likeness(a: Word, b: Word): number {
  if (a.folded === b.folded) return 1;
  if (a.stem === b.stem) return 0.9;
  const shorter = Math.min(a.folded.length, b.folded.length);
  const longer = Math.max(a.folded.length, b.folded.length);
  if (shorter < 5 || longer - shorter > 4) return 0;
  return a.folded.slice(0, shorter - 1) === b.folded.slice(0, shorter - 1) ? 0.6 : 0;
}

export interface Term extends Word {
  /** From 0 to 1 or a little more: how much of the question hangs on this word. */
  readonly weight: number;
}

/** The words of a question that a passage should have, each once, weighed without knowing the documents. */
export function termsOf(question: string): Term[] {
  const terms = new Map<string, Term>();
  const words = wordsOf(question);
  words.forEach((one, i) => {
    // “how long”, “how thick”: the answer gives the measure and often leaves the word out.
    const most = words[i - 1]?.folded === 'how' ? 0.5 : Infinity;
    if (!terms.has(one.stem)) terms.set(one.stem, { ...one, weight: Math.min(most, weightOf(one, i === 0)) });
  });
  const all = [...terms.values()];
  const telling = all.filter((term) => term.weight >= 0.5);
  return telling.length > 0 ? telling : all;
}

function weightOf({ folded, capital }: Word, first: boolean): number {
  if (GRAMMAR.has(folded)) return 0;
  if (/\d/.test(folded)) return 1.2;
  if (capital && !first) return 1.1;
  if (ASKING.has(folded)) return 0.3;
  return folded.length <= 2 && !UNSPACED.test(folded) ? 0.3 : 1;
}
