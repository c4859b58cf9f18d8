/** Places a floating element beside its anchor, inside the window. Anchor positioning is not in every browser yet. */

const GAP = 6;
const MARGIN = 8;

export type Side = 'below' | 'above';

/** Sets `left`, `top` and `max-height` of a fixed element; it flips when the wished side has no room. */
export function placeBeside(
  floating: HTMLElement,
  anchor: Element,
  {
    side = 'below',
    align = 'start',
    maxHeight = Infinity,
  }: { side?: Side; align?: 'start' | 'center' | 'end'; maxHeight?: number } = {},
): void {
  const at = anchor.getBoundingClientRect();
  const width = floating.offsetWidth;
  const height = Math.min(floating.offsetHeight, maxHeight);
  const room = { below: innerHeight - at.bottom - GAP - MARGIN, above: at.top - GAP - MARGIN };
  const other: Side = side === 'below' ? 'above' : 'below';
  const chosen = height <= room[side] || room[side] >= room[other] ? side : other;
  const left = { start: at.left, center: at.left + at.width / 2 - width / 2, end: at.right - width }[align];
  const shown = Math.min(height, Math.max(room[chosen], 80));
  const style = floating.style;
  style.position = 'fixed';
  style.inset = 'auto';
  style.margin = '0';
  style.left = `${String(Math.round(Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))))}px`;
  style.top = `${String(Math.round(chosen === 'below' ? at.bottom + GAP : at.top - GAP - shown))}px`;
  style.maxHeight = `${String(Math.round(Math.min(Math.max(room[chosen], 80), maxHeight)))}px`;
}
