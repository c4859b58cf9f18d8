/** Colours Python. The highlighter is fetched when the first cell is shown. */

import type { HLJSApi } from 'highlight.js';

/** Longer code is shown plain: colouring it would hold up the page. */
const MAX_CHARS = 30_000;

let loading: Promise<HLJSApi> | null = null;

/** HTML with every character of the code escaped by the highlighter; null when it is shown plain. */
export async function highlightPython(code: string): Promise<string | null> {
  if (code.length > MAX_CHARS) return null;
  loading ??= load();
  const highlighter = await loading;
  return highlighter.highlight(code, { language: 'python', ignoreIllegals: true }).value;
}

async function load(): Promise<HLJSApi> {
  const [core, python] = await Promise.all([
    import('highlight.js/lib/core'),
    import('highlight.js/lib/languages/python'),
  ]);
  core.default.registerLanguage('python', python.default);
  return core.default;
}
