/**
 * Texts with placeholders, written `{{name}}`. Only names that are known are replaced: every other brace, dollar or
 * percent sign stands for itself, so that f-strings, dicts and JSON can be written as they are.
 */

/** What placeholders stand for, by name. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/** As wide as a name may look; what looks like one and is none is left alone. */
const PLACEHOLDER = /\{\{ ?([A-Za-z][A-Za-z0-9_]{0,40}) ?\}\}/g;

/** A line that holds nothing but placeholders. */
const BARE_LINE = /^[ \t]*(?:\{\{ ?[A-Za-z][A-Za-z0-9_]{0,40} ?\}\}[ \t]*)+(?:\n|$)/gm;

/** The text with every known placeholder replaced, once; a line of placeholders that stand for nothing is left out. */
export function fillTemplate(template: string, values: PlaceholderValues): string {
  const fill = (text: string): string =>
    text.replace(PLACEHOLDER, (written, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : written,
    );
  const emptied = template.replace(BARE_LINE, (line) => (fill(line).trim() === '' ? '' : line));
  return fill(emptied);
}

/** Names in a text that look like placeholders, each once, in order of appearance. */
export function placeholdersIn(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name))];
}
