/** Positions of a text and heights on the page: exact where something begins, in proportion in between. */

export interface Anchor {
  /** Code points. */
  readonly at: number;
  /** Pixels, from any one line. */
  readonly top: number;
}

/** Where pieces, headings, tables and pages begin in an element that scrolls, and where the text ends. */
export function anchorsIn(scroller: HTMLElement, endsAt: number): Anchor[] {
  const elements = [...scroller.querySelectorAll<HTMLElement>('[data-start], [data-at]')];
  const last = [...scroller.querySelectorAll('[data-start]')].at(-1);
  if (!last) return [];
  const known = elements.map((element) => ({
    at: Number(element.dataset['start'] ?? element.dataset['at']),
    top: element.getBoundingClientRect().top,
  }));
  return [...known, { at: endsAt, top: last.getBoundingClientRect().bottom }];
}

/** The height of a position; null where the text around it is not on the page. */
export function topOf(anchors: readonly Anchor[], position: number): number | null {
  const next = anchors.findIndex(({ at }) => at > position);
  const [from, to] = [anchors[next - 1], anchors[next]];
  if (!from || !to) return null;
  return from.top + ((position - from.at) / (to.at - from.at)) * (to.top - from.top);
}

/** The position at a height; of what is above all text, its beginning, and of what is below, its end. */
export function positionAt(anchors: readonly Anchor[], top: number): number | null {
  const next = anchors.findIndex((anchor) => anchor.top > top);
  if (next === 0) return anchors[0]?.at ?? null;
  const [from, to] = next < 0 ? [anchors.at(-1), anchors.at(-1)] : [anchors[next - 1], anchors[next]];
  if (!from || !to) return null;
  const share = to.top > from.top ? (top - from.top) / (to.top - from.top) : 0;
  return Math.floor(from.at + share * (to.at - from.at));
}
