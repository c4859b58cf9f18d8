/** What stands on a slide, as its markup has it: text, tables and things that are no text, in reading order. */

import { attribute, descendants, type XmlElement } from '../xml';

export type SlideItem =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'text'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly kind: 'picture'; readonly alt: string }
  | { readonly kind: 'media'; readonly alt: string }
  /** Drawn by another part of the file. */
  | { readonly kind: 'chart' | 'diagram' | 'object'; readonly relationshipId: string; readonly alt: string };

interface Placed {
  readonly item: SlideItem;
  /** Title first, then what is in the body, then date, footer and number. */
  readonly rank: number;
  readonly at: readonly [y: number, x: number] | null;
}

const END_MATTER = new Set(['dt', 'ftr', 'sldNum', 'hdr']);

/** The items below a tree of shapes. Groups are gone through in place. */
export function itemsIn(tree: XmlElement): SlideItem[] {
  const placed = placedIn(tree);
  // Shapes are listed as they are stacked; where every place is known, people read from top to bottom.
  const body = placed.filter(({ rank }) => rank === 1);
  const isKnown = body.every(({ at }) => at !== null);
  const compare = (a: Placed, b: Placed): number => {
    if (a.rank !== b.rank || a.rank !== 1 || !isKnown) return a.rank - b.rank;
    const [ay = 0, ax = 0] = a.at ?? [];
    const [by = 0, bx = 0] = b.at ?? [];
    return ay - by || ax - bx;
  };
  return placed.toSorted(compare).map(({ item }) => item);
}

/** Text of the paragraphs below an element, those without any left out. */
export function paragraphsIn(element: XmlElement): string[] {
  return descendants(element, 'p')
    .map(paragraphText)
    .filter((text) => text.trim() !== '');
}

export function paragraphText(paragraph: XmlElement): string {
  return paragraph.children
    .map((child) => {
      if (child.name === 'br') return '\n';
      if (child.name === 'tab') return '\t';
      if (child.name === 'r' || child.name === 'fld')
        return descendants(child, 't')
          .map(({ text }) => text)
          .join('');
      return child.name === 'm' || child.name === 'AlternateContent' ? inner(child) : '';
    })
    .join('')
    .trimEnd();
}

/** Equations in a paragraph: their characters in order. */
function inner(element: XmlElement): string {
  const chosen = element.children.find(({ name }) => name === 'Choice') ?? element;
  return descendants(chosen, 't')
    .map(({ text }) => text)
    .join('');
}

function placedIn(tree: XmlElement): Placed[] {
  return tree.children.flatMap((shape): Placed[] => {
    switch (shape.name) {
      case 'grpSp': {
        const at = placeOf(shape);
        return placedIn(shape).map((placed) => ({ ...placed, at: at ?? placed.at }));
      }
      case 'AlternateContent': {
        const chosen = shape.children.find(({ name }) => name === 'Choice') ?? shape.children[0];
        return chosen ? placedIn(chosen) : [];
      }
      case 'sp':
        return textShape(shape);
      case 'pic':
        return [pictureShape(shape)];
      case 'graphicFrame':
        return frame(shape);
      default:
        return [];
    }
  });
}

function textShape(shape: XmlElement): Placed[] {
  const type = attributeOf(shape, 'ph', 'type') ?? '';
  const paragraphs = shape.children.filter(({ name }) => name === 'txBody').flatMap(paragraphsIn);
  if (paragraphs.length === 0) return [];
  const isTitle = type === 'title' || type === 'ctrTitle';
  const item: SlideItem = isTitle
    ? { kind: 'title', text: paragraphs.join('\n') }
    : { kind: 'text', paragraphs };
  return [{ item, rank: isTitle ? 0 : END_MATTER.has(type) ? 2 : 1, at: placeOf(shape) }];
}

function pictureShape(shape: XmlElement): Placed {
  const isMedia = ['videoFile', 'audioFile', 'media'].some((name) => descendants(shape, name).length > 0);
  return { item: { kind: isMedia ? 'media' : 'picture', alt: altOf(shape) }, rank: 1, at: placeOf(shape) };
}

function frame(shape: XmlElement): Placed[] {
  const at = placeOf(shape);
  const tables = descendants(shape, 'tbl');
  if (tables.length > 0)
    return tables.map((table) => ({ item: { kind: 'table', rows: rowsOf(table) }, rank: 1, at }));
  const alt = altOf(shape);
  const diagram = attributeOf(shape, 'relIds', 'dm');
  const chart = attributeOf(shape, 'chart', 'id');
  const object = attributeOf(shape, 'oleObj', 'id');
  if (diagram !== undefined)
    return [{ item: { kind: 'diagram', relationshipId: diagram, alt }, rank: 1, at }];
  if (chart !== undefined) return [{ item: { kind: 'chart', relationshipId: chart, alt }, rank: 1, at }];
  return [{ item: { kind: 'object', relationshipId: object ?? '', alt }, rank: 1, at }];
}

/** Cells that another reaches over are null. */
function rowsOf(table: XmlElement): (string | null)[][] {
  return table.children
    .filter(({ name }) => name === 'tr')
    .map((row) =>
      row.children
        .filter(({ name }) => name === 'tc')
        .map((cell) => {
          const isCovered = [cell.attributes['hMerge'], cell.attributes['vMerge']].some(
            (one) => one === '1' || one === 'true',
          );
          return isCovered ? null : paragraphsIn(cell).join('\n');
        }),
    );
}

function placeOf(shape: XmlElement): [number, number] | null {
  const properties = shape.children.find(({ name }) => /^(?:spPr|grpSpPr|xfrm)$/.test(name));
  const offset = properties && descendants(properties, 'off')[0];
  const [x, y] = [Number(offset?.attributes['x']), Number(offset?.attributes['y'])];
  return Number.isFinite(x) && Number.isFinite(y) ? [y, x] : null;
}

/** What is said of a thing for those who cannot see it. */
function altOf(shape: XmlElement): string {
  return (attributeOf(shape, 'cNvPr', 'descr') ?? '').trim();
}

function attributeOf(shape: XmlElement, element: string, name: string): string | undefined {
  const found = descendants(shape, element)[0];
  return found && attribute(found.attributes, name);
}
