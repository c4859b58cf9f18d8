/** A document in words: what kind it is, what it says of itself, what was lost in reading it. */

import type { StoredDocument } from '../../core/corpus/library';
import type { Loss, LossKind, Metadata } from '../../core/corpus/structure';
import { formatCount, formatPlural } from '../kit/format';

const kinds: Readonly<Record<string, string>> = {
  text: 'text',
  markdown: 'Markdown',
  csv: 'CSV',
  tsv: 'tab-separated values',
  json: 'JSON',
  jsonl: 'JSON Lines',
  xml: 'XML',
  log: 'log',
  code: 'source code',
  html: 'web page',
  pdf: 'PDF',
  docx: 'Word document',
  doc: 'Word document',
  rtf: 'rich text',
  odt: 'text document',
  xlsx: 'Excel workbook',
  xls: 'Excel workbook',
  ods: 'spreadsheet',
  pptx: 'PowerPoint slides',
  ppt: 'PowerPoint slides',
  odp: 'slides',
  epub: 'e-book',
  notebook: 'notebook',
  email: 'message',
  eml: 'message',
  msg: 'message',
  mbox: 'mailbox',
  subtitles: 'subtitles',
  image: 'picture',
};

export function kindWords(kind: string): string {
  return kinds[kind] ?? kind;
}

/** `212 pages`, `4 sheets`: of what the document is made, or nothing. */
export function extentWords({
  pages,
  slides = 0,
  sheets = 0,
}: Pick<StoredDocument, 'pages'> & { readonly slides?: number; readonly sheets?: number }): string[] {
  return [
    pages > 0 ? formatPlural(pages, 'page') : '',
    slides > 0 ? formatPlural(slides, 'slide') : '',
    sheets > 0 ? formatPlural(sheets, 'sheet') : '',
  ].filter((part) => part !== '');
}

/** Title, author and date as the document gives them; the date as exact as it was given. */
export function aboutWords({ title, author, to, createdAt, modifiedAt }: Metadata): string[] {
  const date = createdAt ?? modifiedAt;
  return [
    title ?? '',
    author ? (to ? `from ${author}` : author) : '',
    to ? `to ${to}` : '',
    date ? dateWords(date) : '',
  ].filter((part) => part !== '');
}

/** `3 May 2021`; `May 2021` and `2021` where no more was said. What is no ISO date is shown as it is. */
function dateWords(iso: string): string {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(iso);
  const [, year, month, day] = match ?? [];
  const at = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  if (year === undefined || Number.isNaN(at.getTime())) return iso;
  return at.toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    year: 'numeric',
    ...(month && { month: day ? 'short' : 'long' }),
    ...(day && { day: 'numeric' }),
  });
}

const lossNames: Readonly<Record<LossKind, readonly [one: string, many: string]>> = {
  images: ['image', 'images'],
  'scanned-pages': ['page that is a scan', 'pages that are scans'],
  equations: ['equation', 'equations'],
  drawings: ['drawing', 'drawings'],
  charts: ['chart', 'charts'],
  'embedded-files': ['file inside', 'files inside'],
  scripts: ['script or macro, never run', 'scripts or macros, never run'],
  media: ['recording', 'recordings'],
  forms: ['form', 'forms'],
  'unreadable-parts': ['broken part', 'broken parts'],
  'ignored-files': ['file left out by .gitignore', 'files left out by .gitignore'],
  'cut-off': ['part beyond a limit', 'parts beyond a limit'],
};

/** `14 images, 2 pages that are scans`; empty when nothing was lost. */
export function lossWords(losses: readonly Loss[]): string {
  return losses
    .map(({ what, count }) => `${formatCount(count)} ${lossNames[what][count === 1 ? 0 : 1]}`)
    .join(', ');
}
