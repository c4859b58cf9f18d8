/** Where shapes stand on a slide, and the order people read them in. */

import type { OfficePackage } from '../ooxml/office-package';
import { attribute, descendants, parseTree, type XmlElement } from '../xml';

/** In English Metric Units, as the file has them; only compared. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** The place of a placeholder that says none itself, or null. */
export type InheritedPlaces = (placeholder: XmlElement) => Place | null;

export const NO_PLACES: InheritedPlaces = () => null;

/** What a shape, group or frame says of its own place. */
export function placeOf(shape: XmlElement): Place | null {
  const properties = shape.children.find(({ name }) => /^(?:spPr|grpSpPr|xfrm)$/.test(name));
  const transform = properties?.name === 'xfrm' ? properties : properties && child(properties, 'xfrm');
  const offset = transform && child(transform, 'off');
  if (!offset) return null;
  const [x, y] = [Number(offset.attributes['x'] ?? NaN), Number(offset.attributes['y'] ?? NaN)];
  const height = Number(child(transform, 'ext')?.attributes['cy'] ?? 0);
  return Number.isFinite(x) && Number.isFinite(y)
    ? { x, y, height: Number.isFinite(height) ? height : 0 }
    : null;
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((one) => one.name === name);
}

/** Less than this apart, shapes stand on one line: a tenth of an inch. */
const SAME_LINE = 91_440;

/**
 * From top to bottom, and from left to right what stands on one line. What has no place stays behind what it follows.
 */
export function inReadingOrder<T extends { readonly place: Place | null }>(shapes: readonly T[]): T[] {
  let last: Place = { x: -Infinity, y: -Infinity, height: 0 };
  const placed = shapes.map((shape) => ({ shape, at: (last = shape.place ?? last) }));
  placed.sort((a, b) => compare(a.at.y, b.at.y));
  const lines: (typeof placed)[] = [];
  for (const one of placed) {
    const line = lines.at(-1);
    const first = line?.[0];
    const apart = first ? one.at.y - first.at.y : Infinity;
    const near = first ? Math.max(SAME_LINE, Math.min(first.at.height, one.at.height) / 4) : 0;
    if (line && (apart <= near || Number.isNaN(apart))) line.push(one);
    else lines.push([one]);
  }
  return lines.flatMap((line) => line.sort((a, b) => compare(a.at.x, b.at.x)).map(({ shape }) => shape));
}

/** Subtracting would make no number of two infinite places. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Places that slides take from their layouts, and layouts from their masters. */
export class LayoutPlaces {
  readonly #office: OfficePackage;
  readonly #byPart = new Map<string, Promise<readonly XmlElement[]>>();

  constructor(office: OfficePackage) {
    this.#office = office;
  }

  async of(slide: string): Promise<InheritedPlaces> {
    const layout = await this.#office.relatedPart(slide, 'slideLayout');
    if (layout === null) return NO_PLACES;
    const master = await this.#office.relatedPart(layout, 'slideMaster');
    const onLayout = await this.#placeholders(layout);
    const onMaster = master === null ? [] : await this.#placeholders(master);
    return (placeholder) =>
      placeIn(onLayout, placeholder, ['idx', 'type']) ?? placeIn(onMaster, placeholder, ['type']);
  }

  #placeholders(part: string): Promise<readonly XmlElement[]> {
    const known = this.#byPart.get(part) ?? this.#read(part);
    this.#byPart.set(part, known);
    return known;
  }

  async #read(part: string): Promise<readonly XmlElement[]> {
    const tree = parseTree((await this.#office.text(part)) ?? '');
    return descendants(tree, 'sp').filter((shape) => descendants(shape, 'ph').length > 0);
  }
}

function placeIn(
  shapes: readonly XmlElement[],
  placeholder: XmlElement,
  keys: readonly ('idx' | 'type')[],
): Place | null {
  for (const key of keys) {
    const wanted = attribute(placeholder.attributes, key);
    if (wanted === undefined) continue;
    for (const shape of shapes) {
      const [found] = descendants(shape, 'ph');
      if (found && attribute(found.attributes, key) === wanted) return placeOf(shape);
    }
  }
  return null;
}
