/** Words so frequent that they say nothing about what a text is about. */

import { stemLength } from './stem';

const STOP = new Set(
  (
    'a an and are as at be but by did do does for from had has have he her his how i if in into is it its me my no not ' +
    'of on or our she so some such than that the their them then there these they this to was we were what when where ' +
    'which who whom whose why will with would you your'
  ).split(' '),
);

const STEMS = new Set(
  [...STOP].map((word) => {
    const bytes = new TextEncoder().encode(word);
    return new TextDecoder().decode(bytes.subarray(0, stemLength(bytes, bytes.length)));
  }),
);
const LONGEST = Math.max(...[...STEMS].map(({ length }) => length));

export function isStopWord(word: string): boolean {
  return STOP.has(word);
}

export function isStopStem(stem: Uint8Array): boolean {
  return stem.length <= LONGEST && STEMS.has(new TextDecoder().decode(stem));
}
