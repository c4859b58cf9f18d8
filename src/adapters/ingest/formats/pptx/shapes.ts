/** What stands on a slide: text, tables and things that are no text, in reading order. */

import { plainValue } from '../../../../core/corpus/structure';
import { attribute, descendants, type XmlElement } from '../xml';
import { inReadingOrder, placeOf, type InheritedPlaces, type Place } from './places';
import { chosen, paragraphsIn } from './slide-text';

export type SlideItem =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'text'; readonly paragraphs: readonly string[]; readonly equations: number }
  /** Date, footer and number of the slide. */
  | { readonly kind: 'footer'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[]; readonly header: boolean }
  | { readonly kind: 'picture' | 'media'; readonly alt: string }
  /** Drawn by another part of the file. */
  | { readonly kind: 'chart' | 'diagram' | 'object'; readonly relationshipId: string; readonly alt: string };

interface Placed {
  readonly item: SlideItem;
  readonly place: Place | null;
}

const END_MATTER = new Set(['dt', 'ftr', 'sldNum', 'hdr']);

/** The items of a tree of shapes: titles, then the body from top to bottom, then what is at the foot of every slide. */
export function itemsIn(tree: XmlElement, inherited: InheritedPlaces): SlideItem[] {
  const placed = placedIn(tree.children, inherited);
  const of = (...kinds: SlideItem['kind'][]) => placed.filter(({ item }) => kinds.includes(item.kind));
  const body = placed.filter(({ item }) => item.kind !== 'title' && item.kind !== 'footer');
  return [...of('title'), ...inReadingOrder(body), ...of('footer')].map(({ item }) => item);
}

/** What is in a group stays together, at the group's place. */
function placedIn(shapes: readonly XmlElement[], inherited: InheritedPlaces): Placed[] {
  return shapes.flatMap((shape): Placed[] => {
    if (shape.name === 'AlternateContent') return placedIn(chosen(shape), inherited);
    if (isHidden(shape)) return [];
    switch (shape.name) {
      case 'grpSp': {
        const place = placeOf(shape);
        return inReadingOrder(placedIn(shape.children, inherited)).map((placed) => ({
          ...placed,
          place: place ?? placed.place,
        }));
      }
      case 'sp':
        return textShape(shape, inherited);
      case 'cxnSp':
        return textShape(shape, inherited);
      case 'pic':
        return [{ item: picture(shape), place: placeOf(shape) }];
      case 'graphicFrame': {
        const place = placeOf(shape);
        return frame(shape).map((item) => ({ item, place }));
      }
      default:
        return [];
    }
  });
}

/** Taken out of view by whoever made the slide. */
function isHidden(shape: XmlElement): boolean {
  const own = shape.children.find(({ name }) => name.startsWith('nv'));
  return ['1', 'true'].includes(
    own?.children.find(({ name }) => name === 'cNvPr')?.attributes['hidden'] ?? '',
  );
}

function textShape(shape: XmlElement, inherited: InheritedPlaces): Placed[] {
  const [placeholder] = descendants(shape, 'ph');
  const type = (placeholder && attribute(placeholder.attributes, 'type')) ?? '';
  const bodies = shape.children.filter(({ name }) => name === 'txBody');
  const paragraphs = bodies.flatMap(paragraphsIn);
  if (paragraphs.length === 0) return [];
  const place = placeOf(shape) ?? (placeholder ? inherited(placeholder) : null);
  if (type === 'title' || type === 'ctrTitle')
    return [{ item: { kind: 'title', text: paragraphs.join('\n') }, place }];
  if (END_MATTER.has(type)) return [{ item: { kind: 'footer', paragraphs }, place }];
  const equations = bodies.reduce((sum, body) => sum + descendants(body, 'oMath').length, 0);
  return [{ item: { kind: 'text', paragraphs, equations }, place }];
}

function picture(shape: XmlElement): SlideItem {
  const isMedia = ['videoFile', 'audioFile', 'media'].some((name) => descendants(shape, name).length > 0);
  return { kind: isMedia ? 'media' : 'picture', alt: altOf(shape) };
}

function frame(shape: XmlElement): SlideItem[] {
  const tables = descendants(shape, 'tbl');
  if (tables.length > 0) return tables.map(tableItem);
  const alt = altOf(shape);
  const named = [
    ['diagram', 'relIds', 'dm'],
    ['chart', 'chart', 'id'],
    ['object', 'oleObj', 'id'],
  ] as const;
  for (const [kind, element, name] of named) {
    const [found] = descendants(shape, element);
    if (found) return [{ kind, relationshipId: relationshipId(found.attributes, name), alt }];
  }
  return [{ kind: 'object', relationshipId: '', alt }];
}

/** `r:id`, not the plain `id` that may stand beside it. */
export function relationshipId(attributes: XmlElement['attributes'], name = 'id'): string {
  return Object.entries(attributes).find(([key]) => key.endsWith(`:${name}`))?.[1] ?? attributes[name] ?? '';
}

/** Cells that another reaches over are empty. */
function tableItem(table: XmlElement): SlideItem {
  const rows = table.children
    .filter(({ name }) => name === 'tr')
    .map((row) =>
      row.children
        .filter(({ name }) => name === 'tc')
        .map((cell) => {
          const isCovered = [cell.attributes['hMerge'], cell.attributes['vMerge']].some(
            (one) => one === '1' || one === 'true',
          );
          return isCovered ? '' : paragraphsIn(cell).join('\n');
        }),
    );
  const style = table.children.find(({ name }) => name === 'tblPr')?.attributes['firstRow'];
  const isNamed = style === undefined ? looksLikeNames(rows[0] ?? []) : style === '1' || style === 'true';
  return { kind: 'table', rows, header: rows.length > 1 && isNamed };
}

/** Many programs do not say whether the first row names the columns. */
function looksLikeNames(cells: readonly string[]): boolean {
  return cells.every((cell) => cell !== '' && typeof plainValue(cell) === 'string');
}

/** What is said of a thing for those who cannot see it. */
function altOf(shape: XmlElement): string {
  const own = descendants(shape, 'cNvPr')[0]?.attributes ?? {};
  return (own['descr'] ?? own['title'] ?? '').replace(/\s+/g, ' ').trim();
}
