/** One slide to text: what stands on it, in reading order. */

import type { CellValue } from '../../../../core/corpus/structure';
import type { DocumentBuilder, TableOptions } from '../document-builder';
import type { OfficePackage } from '../ooxml/office-package';
import { descendants, parseTree, type XmlElement } from '../xml';
import { chartText } from './chart';
import type { LayoutPlaces } from './places';
import { itemsIn, type SlideItem } from './shapes';
import { paragraphsIn } from './slide-text';

type Drawn = Extract<SlideItem, { readonly relationshipId: string }>;

/** What all slides of a presentation share. */
export interface Show {
  readonly office: OfficePackage;
  readonly places: LayoutPlaces;
  /** Parts with charts and diagrams that were written: each is read once, however often it is named. */
  readonly drawn: Set<string>;
}

export async function writeShapes(show: Show, part: string, out: DocumentBuilder): Promise<void> {
  const { office, places } = show;
  const slide = parseTree((await office.text(part)) ?? '');
  if (['0', 'false'].includes(slide.attributes['show'] ?? '')) out.line('(hidden slide)');
  const [tree] = descendants(slide, 'spTree');
  if (!tree) {
    out.lost('unreadable-parts');
    return;
  }
  for (const item of itemsIn(tree, await places.of(part))) await writeItem(show, part, item, out);
}

async function writeItem(show: Show, part: string, item: SlideItem, out: DocumentBuilder): Promise<void> {
  switch (item.kind) {
    case 'title':
      out.heading(1, item.text);
      return;
    case 'text':
      out.breakLine(2);
      for (const paragraph of item.paragraphs) out.line(paragraph);
      out.lost('equations', item.equations);
      return;
    case 'footer': {
      out.breakLine(2);
      const mark = out.open('footer', '');
      for (const paragraph of item.paragraphs) out.line(paragraph);
      mark.end();
      return;
    }
    case 'table':
      out.breakLine(2);
      writeTable(item.rows, { header: item.header }, out);
      out.breakLine(2);
      return;
    case 'picture':
    case 'media':
      out.lost(item.kind === 'media' ? 'media' : 'images');
      break;
    case 'chart':
    case 'diagram':
    case 'object':
      await writeDrawn(show, part, item, out);
  }
  if (item.alt !== '') out.line(`[${item.alt}]`);
}

/** The words and values of what another part of the file draws; the drawing itself is lost. */
async function writeDrawn(
  show: Show,
  part: string,
  { kind, relationshipId }: Drawn,
  out: DocumentBuilder,
): Promise<void> {
  if (kind === 'object') {
    out.lost('embedded-files');
    return;
  }
  out.lost(kind === 'chart' ? 'charts' : 'drawings');
  const drawing = await drawnTree(show, part, relationshipId);
  if (drawing === null) return;
  const { titles, rows } =
    kind === 'chart' ? chartText(drawing) : { titles: paragraphsIn(drawing), rows: [] };
  out.breakLine(2);
  for (const title of titles) out.line(title);
  writeTable(rows, { header: true, reads: 'values', label: titles[0] ?? '' }, out);
}

async function drawnTree({ office, drawn }: Show, part: string, id: string): Promise<XmlElement | null> {
  const relation = (await office.related(part)).find((one) => one.id === id && !one.isExternal);
  if (!relation || drawn.has(relation.target)) return null;
  drawn.add(relation.target);
  const markup = await office.text(relation.target);
  return markup === null ? null : parseTree(markup);
}

function writeTable(
  rows: readonly (readonly CellValue[])[],
  options: TableOptions,
  out: DocumentBuilder,
): void {
  const table = out.openTable(options);
  for (const row of rows) table.row(row);
  table.end();
}
