/** Undoes the escapes of `repr` and JSON, in which printed lists and dictionaries carry pieces of documents. */

const escape = /\\(?:([nrtbf0'"\\/])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g;
const letters: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  0: '\0',
};

/** A `repr` of JSON of a text is escaped twice; deeper nesting is not met in practice. */
const MAX_LEVELS = 3;

/** The text as it is and, where it holds escapes, as it reads with them undone, level by level. */
export function readings(text: string): string[] {
  const all = [text];
  for (let level = 0; level < MAX_LEVELS; level++) {
    const last = all[level] ?? '';
    if (!last.includes('\\')) break;
    const undone = unescaped(last);
    if (undone === last) break;
    all.push(undone);
  }
  return all;
}

function unescaped(text: string): string {
  return text.replace(escape, (whole, letter?: string, ...codes: (string | undefined)[]) => {
    if (letter !== undefined) return letters[letter] ?? letter;
    const code = parseInt(codes.slice(0, 3).find((digits) => digits !== undefined) ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
