/** The beginning that inflected forms of a word share: crude, the same for text and question, and no dictionary needed. */

const ENDINGS = ['ingly', 'edly', 'ings', 'ing', 'ies', 'ied', 'ed', 'es', 'ly', 's', 'e', 'y'].map(
  (ending) => new TextEncoder().encode(ending),
);
/** What must be left of a word. */
const LEAST = 3;
const [A, Z] = [0x61, 0x7a];
const VOWELS = new Set([...'aeiouy'].map((vowel) => vowel.charCodeAt(0)));

/** How many bytes of a folded word are its stem. Words with anything but ASCII letters in them are their own. */
export function stemLength(word: Uint8Array, length: number): number {
  for (let at = 0; at < length; at++) {
    const byte = word[at] ?? 0;
    if (byte < A || byte > Z) return length;
  }
  let left = length;
  for (const ending of ENDINGS) {
    if (length - ending.length < LEAST || !endsIn(word, length, ending)) continue;
    left = length - ending.length;
    break;
  }
  // running, run; falling, fall: of a doubled consonant one is kept, in all forms alike
  const last = word[left - 1] ?? 0;
  if (left > LEAST && last === word[left - 2] && !VOWELS.has(last)) left--;
  return left;
}

function endsIn(word: Uint8Array, length: number, ending: Uint8Array): boolean {
  for (let at = 0; at < ending.length; at++)
    if (word[length - ending.length + at] !== ending[at]) return false;
  return true;
}
