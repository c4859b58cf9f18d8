/** Prose that was wrapped at a fixed width, shown at the width of the column: line breaks inside sentences become spaces. */

/**
 * True when most line breaks between lines of text fall inside a sentence: the next line goes on in lower case. Logs,
 * tables and verse do not look like this.
 */
export function isHardWrapped(text: string): boolean {
  let inside = 0;
  let all = 0;
  for (const [, next = ''] of text.matchAll(/[^\s][^\n]{38,98}[^\n]\n([^\n\r])/g)) {
    all++;
    if (/\p{Ll}/u.test(next)) inside++;
  }
  return all >= 8 && inside / all >= 0.4;
}

/** What `reflow` has to know of the text before a piece, in UTF-16 units. */
export const REFLOW_CONTEXT = 46;

/**
 * Replaces the line breaks within paragraphs by spaces, one character for one, so that every position stays valid. A
 * carriage return is left where it is; it shows as nothing.
 * `before` and `after` are the text around it, so that pieces laid out one by one join as if they were one.
 */
export function reflow(text: string, before = '', after = ''): string {
  // A short line before a break ends a paragraph, a heading or a verse; an indented or marked line starts one.
  const joined = (before + text + after).replace(/(?<=[^\n]{45})(\r?\n)(?=[^\s*•#>|\-–=_])/g, (lineBreak) =>
    lineBreak.replace('\n', ' '),
  );
  return joined.slice(before.length, before.length + text.length);
}
