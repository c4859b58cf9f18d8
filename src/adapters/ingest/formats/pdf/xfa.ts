/** The text of forms that are described in XML instead of drawn (XFA): what pdf.js lays out as a tree of boxes. */

import { plainText } from './runs';

interface XfaNode {
  readonly name?: unknown;
  readonly value?: unknown;
  readonly attributes?: { readonly value?: unknown; readonly textContent?: unknown; readonly type?: unknown };
  readonly children?: readonly (XfaNode | null)[];
}

const MAX_DEPTH = 200;
const MAX_LINES = 100_000;

/** Lines of text and values of fields, in the order of the form. */
export function xfaLines(root: unknown): string[] {
  const lines: string[] = [];
  const walk = (node: XfaNode | null | undefined, depth: number): void => {
    if (!node || depth > MAX_DEPTH || lines.length > MAX_LINES) return;
    const { name, value, attributes, children } = node;
    if (name === 'option' || attributes?.type === 'password') return;
    const said = [value, attributes?.textContent, name === 'input' ? attributes?.value : null].find(
      (text): text is string => typeof text === 'string' && text.trim() !== '',
    );
    if (said !== undefined)
      for (const line of said.split(/\r\n?|\n/)) {
        const text = plainText(line).trim();
        if (text !== '') lines.push(text);
      }
    for (const child of children ?? []) walk(child, depth + 1);
  };
  walk(root as XfaNode | null, 0);
  return lines;
}
