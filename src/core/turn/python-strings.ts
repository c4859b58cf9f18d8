/** Just enough of Python's lexer to know whether a line of code begins inside a triple-quoted string. */

/**
 * Which lines of the code begin inside a string literal. Lines are split at `\n`.
 * Only triple-quoted strings and backslash-continued ones can reach a next line.
 * @returns one flag a line
 */
export function linesInsideStrings(lines: readonly string[]): boolean[] {
  const inside: boolean[] = [];
  let quote: string | null = null;
  for (const line of lines) {
    inside.push(quote !== null);
    quote = scanLine(line, quote);
  }
  return inside;
}

/** @param quote the delimiter of the string the line begins in, or null. @returns the same for the next line. */
function scanLine(line: string, quote: string | null): string | null {
  let i = 0;
  while (i < line.length) {
    const char = line[i];
    if (quote !== null) {
      if (char === '\\') i += 2;
      else if (line.startsWith(quote, i)) {
        i += quote.length;
        quote = null;
      } else i++;
    } else if (char === '#') {
      return null;
    } else if (char === '"' || char === "'") {
      quote = line.startsWith(char.repeat(3), i) ? char.repeat(3) : char;
      i += quote.length;
    } else i++;
  }
  const continued = line.endsWith('\\') || line.endsWith('\\\r');
  return quote !== null && (quote.length === 3 || continued) ? quote : null;
}
