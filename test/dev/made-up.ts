/** Documents made up for the pages under test/dev: a report with pages, a workbook, prose; and pictures of their pages. */

import type { PageImage, PageRequest } from '../../src/core/corpus/library';
import type { Mark } from '../../src/core/corpus/structure';

export interface MadeUp {
  readonly text: string;
  readonly marks: readonly Mark[];
}

const SENTENCES = [
  'The harbour was quiet, and the tide came in late.',
  'Nobody had seen the boat return, though the lamp was lit.',
  'The keel was laid in the spring of that year, at a cost nobody would name.',
  'It was agreed that the pier should be repaired before the winter.',
];
const paragraph = (seed: number) =>
  Array.from({ length: 5 }, (_, index) => SENTENCES[(seed * 7 + index * 3) % SENTENCES.length]).join(' ');

export function madeUp(kind: 'report' | 'sheet' | 'prose'): MadeUp {
  if (kind === 'prose')
    return { text: Array.from({ length: 200 }, (_, n) => `${paragraph(n)}\n\n`).join(''), marks: [] };
  return kind === 'report' ? report() : sheet();
}

function report(): MadeUp {
  const marks: Mark[] = [];
  let text = '';
  for (let page = 1; page <= 212; page++) {
    const start = text.length;
    if (page % 4 === 1) {
      const label = `${String((page + 3) / 4)} Of the ${['pier', 'keel', 'lamp', 'tide'][((page - 1) / 4) % 4] ?? ''}`;
      marks.push({ kind: 'section', start, end: -1, label, level: page % 16 === 1 ? 1 : 2 });
      text += `${label}\n\n`;
    }
    for (let part = 0; part < 4; part++) text += `${paragraph(page + part)}\n\n`;
    if (page % 3 === 2) text = table(text, marks, page);
    marks.push({
      kind: 'page',
      start,
      end: text.length - 1,
      label: page < 5 ? (['i', 'ii', 'iii', 'iv'][page - 1] ?? '') : String(page - 4),
    });
  }
  const sections = marks.filter((mark) => mark.kind === 'section');
  const ended = marks.map((mark) => {
    const next = sections.find(
      (other) => other.start > mark.start && (other.level ?? 1) <= (mark.level ?? 1),
    );
    return mark.kind === 'section' ? { ...mark, end: next?.start ?? text.length } : mark;
  });
  return { text, marks: ended.sort((a, b) => a.start - b.start || b.end - a.end) };
}

function table(before: string, marks: Mark[], seed: number): string {
  const rows = Array.from(
    { length: 6 },
    (_, row) =>
      `Berth ${String(row + 1)}\t${String((seed * 37 + row * 11) % 900)}\t${row % 2 ? 'repaired' : 'open'}`,
  );
  const text = `${before}Place\tCrowns\tState\n${rows.join('\n')}`;
  marks.push({
    kind: 'table',
    start: before.length,
    end: text.length,
    label: '',
    table: { layout: 'tabs', reads: 'values', header: true, origin: null, exact: [] },
  });
  return `${text}\n\n`;
}

function sheet(): MadeUp {
  const marks: Mark[] = [];
  let text = '';
  for (const name of ['Budget', 'Actuals']) {
    const start = text.length;
    const head = ['Item', ...Array.from({ length: 12 }, (_, month) => `M${String(month + 1)}`)].join('\t');
    const rows = Array.from({ length: 300 }, (_, row) =>
      [
        `Item ${String(row + 1)}`,
        ...Array.from({ length: 12 }, (_, month) => String((row * 13 + month * 7) % 1000)),
      ].join('\t'),
    );
    text += `${head}\n${rows.join('\n')}`;
    marks.push({ kind: 'sheet', start, end: text.length, label: name });
    marks.push({
      kind: 'table',
      start,
      end: text.length,
      label: name,
      table: { layout: 'tabs', reads: 'values', header: true, origin: [0, 0], exact: [] },
    });
    text += '\n\n';
  }
  return { text, marks };
}

/** The page's own text set on a sheet; what is highlighted is where its line is. */
export async function pagePicture(
  text: string,
  marks: readonly Mark[],
  { number, widthPx, span }: PageRequest,
): Promise<PageImage> {
  const page = marks.filter(({ kind }) => kind === 'page')[number - 1];
  const heightPx = Math.round(widthPx * Math.SQRT2);
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  const unit = widthPx / 100;
  const rects = [];
  if (context) {
    context.fillStyle = 'white';
    context.fillRect(0, 0, widthPx, heightPx);
    context.fillStyle = 'black';
    context.font = `${String(unit * 2)}px serif`;
    let at = page?.start ?? 0;
    let y = unit * 12;
    for (const line of text.slice(page?.start ?? 0, page?.end ?? 0).match(/[^\n]{1,85}(?:\s|$)|\n/g) ?? []) {
      context.fillText(line.trimEnd().replaceAll('\t', '    '), unit * 10, y);
      if (span && at < span.end && at + line.length > span.start) {
        const [from, to] = [Math.max(0, span.start - at), Math.min(line.length, span.end - at)];
        const left = context.measureText(line.slice(0, from)).width;
        const width = context.measureText(line.slice(from, to)).width;
        rects.push({ x: unit * 10 + left, y: y - unit * 2, width, height: unit * 2.6 });
      }
      at += line.length;
      y += unit * 3;
    }
  }
  return { image: await canvas.convertToBlob(), widthPx, heightPx, rects };
}
