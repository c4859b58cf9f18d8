/** An answer with its evidence as one HTML file that needs nothing else: no script, no address, no font. */

import type { RunTree } from '../record/tree';
import {
  makingWords,
  statusWords,
  titleOf,
  verdictWords,
  type Evidence,
  type SourcePassage,
} from './evidence';
import { answerStyle } from './export-style';

/**
 * @param body the answer as sanitised HTML, its marks leading to `#e0`, `#e1`, … in the order of `evidence`
 * @param startedAt the date in words
 */
export function answerHtml(
  tree: RunTree,
  evidence: readonly Evidence[],
  body: string,
  startedAt: string,
): string {
  const { run } = tree;
  const title = escaped(titleOf(tree));
  const problem = run.problem ? `: ${run.problem.message}` : '';
  // Pictures that are part of the answer's own text are the one thing it may hold; nothing is ever fetched.
  const images = /<img\b/i.test(body) ? '; img-src data:' : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${images}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${answerStyle}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="status">${escaped(statusWords[run.status] + problem)}</p>
<div class="answer">
${body}
</div>
${section('Quotations', evidence, 'quotation')}${section('Places cited', evidence, 'citation')}<footer>
<p>${escaped(makingWords(tree, startedAt))}</p>
${usageTable(tree)}
<p>Each quotation was looked up in the documents word for word; “${verdictWords.missing.toLowerCase()}” means that it stands in none of them.</p>
</footer>
</main>
</body>
</html>
`;
}

function section(heading: string, evidence: readonly Evidence[], kind: Evidence['kind']): string {
  const items = evidence.flatMap((item, index) => (item.kind === kind ? [itemHtml(item, index)] : []));
  return items.length === 0
    ? ''
    : `<section>\n<h2>${heading}</h2>\n<ol>\n${items.join('\n')}\n</ol>\n</section>\n`;
}

function itemHtml({ kind, text, verdict, where, documentName, source }: Evidence, index: number): string {
  const sign = { found: '✓', missing: '?', unchecked: '–' }[verdict];
  const place =
    where === null ? '' : ` <cite title="${escaped(documentName ?? '')}">${escaped(where)}</cite>`;
  const said = kind === 'quotation' ? `<q>${escaped(text)}</q>` : escaped(text);
  return `<li id="e${String(index)}" class="${verdict}">
<p class="verdict"><span aria-hidden="true">${sign}</span> ${verdictWords[verdict]}${place}</p>
<p class="said">${said}</p>${source ? `\n${passageHtml(source)}` : ''}
</li>`;
}

function passageHtml({ before, passage, after, cut }: SourcePassage): string {
  return `<blockquote>${cut.before ? '… ' : ''}${escaped(before)}<mark>${escaped(passage)}${
    cut.passage ? ' …' : ''
  }</mark>${escaped(after)}${cut.after ? ' …' : ''}</blockquote>`;
}

function usageTable({ usage }: RunTree): string {
  const rows = Object.entries(usage).map(([name, used]) => {
    const tokens = `${used.inputTokens.toLocaleString('en')} in, ${used.outputTokens.toLocaleString('en')} out`;
    const cost = used.costUsd === null ? 'not known' : `$${used.costUsd.toFixed(4)}`;
    return `<tr><th scope="row">${escaped(name)}</th><td>${String(used.calls)}</td><td>${tokens}</td><td>${cost}</td></tr>`;
  });
  if (rows.length === 0) return '';
  return `<table><thead><tr><th scope="col">Model</th><th scope="col">Calls</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replaceAll('\0', '\ufffd');
}
