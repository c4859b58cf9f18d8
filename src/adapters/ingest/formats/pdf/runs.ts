/** Text as a PDF draws it: runs of characters with a place, turned so that every line reads from left to right. */

/** What pdf.js says of a run of text. Lengths are in units of the page's own space. */
export interface DrawnItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly fontName: string;
}

/** Of a page as it is seen: `transform` maps its own space to points from the upper left corner. */
export interface PageFrame {
  readonly transform: readonly number[];
  readonly unit: number;
}

/** One run. `u` grows along the line, `v` from line to line; both in points. `v` is the baseline. */
export interface Run {
  readonly text: string;
  readonly u0: number;
  readonly u1: number;
  readonly v: number;
  readonly size: number;
  /** Place in the order in which the page draws its text. */
  readonly order: number;
  /** A space was drawn before it. */
  readonly spaced: boolean;
  readonly font: string;
}

/** Runs that read in the same direction. `angle` is that of their lines on the page, clockwise, in radians. */
export interface Direction {
  readonly angle: number;
  /** Lines from top to bottom, the first at the right. */
  readonly vertical: boolean;
  readonly runs: Run[];
}

const LIGATURES = /[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc]+/g;
// What draws nothing. Other controls stay: fonts that do not say what their glyphs mean put them in place of letters.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000\u00ad\u200b\u2060\ufeff]/g;

/** Ligatures and presentation forms as the letters they stand for; what draws nothing is dropped. */
export function plainText(drawn: string): string {
  return drawn
    .replace(/(?<=\p{L})\u00ad$/u, '-') // drawn at the end of a line, it is a hyphen
    .replace(UNSEEN, '')
    .replace(LIGATURES, (forms) => forms.normalize('NFKC'))
    .replace(/\s/g, ' ');
}

interface Placed {
  readonly run: Omit<Run, 'u0' | 'u1' | 'v'>;
  readonly x: number;
  readonly y: number;
  /** Room between the place and the text. */
  readonly before: number;
  readonly length: number;
  readonly angle: number;
}

const QUARTER = Math.PI / 2;
/** Lines that lean this little count as level: scanned pages lie a bit askew. */
const ASKEW = Math.PI / 36;

/** The runs of a page by direction, the direction of most of the text first. Runs drawn twice over count once. */
export function directionsOf(
  items: readonly DrawnItem[],
  frame: PageFrame,
  isVertical: (font: string) => boolean,
): Direction[] {
  const groups = new Map<string, { placed: Placed[]; vertical: boolean; chars: number }>();
  let spaced = false;
  for (const [order, item] of items.entries()) {
    const text = plainText(item.str);
    if (text.trim() === '') {
      spaced ||= text !== '';
      continue;
    }
    const vertical = isVertical(item.fontName);
    const placed = place(item, text, frame, { vertical, order, spaced });
    spaced = false;
    if (!placed) continue;
    const nearest = Math.round(placed.angle / QUARTER);
    const leans = Math.abs(placed.angle - nearest * QUARTER) > ASKEW;
    const key = `${vertical ? 'v' : 'h'}${leans ? (placed.angle * 36).toFixed() : `q${(nearest + 4) % 4}`}`;
    const group = groups.get(key) ?? { placed: [], vertical, chars: 0 };
    groups.set(key, group);
    group.placed.push(placed);
    group.chars += text.length;
  }
  return [...groups.values()]
    .sort((a, b) => b.chars - a.chars)
    .map(({ placed, vertical }) => turned(placed, vertical));
}

function place(
  item: DrawnItem,
  text: string,
  { transform: page, unit }: PageFrame,
  { vertical, order, spaced }: { vertical: boolean; order: number; spaced: boolean },
): Placed | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = item.transform;
  const [pa = 1, pb = 0, pc = 0, pd = 1, pe = 0, pf = 0] = page;
  const size = Math.hypot(pa * c + pc * d, pb * c + pd * d) || Math.hypot(a, b) * unit;
  const x = pa * e + pc * f + pe;
  const y = pb * e + pd * f + pf;
  if (!(size > 0) || !Number.isFinite(size + x + y)) return null;
  const whole = Math.abs((vertical ? item.height : item.width) * unit);
  const length = Number.isFinite(whole) ? whole : 0;
  const angle = Math.atan2(pb * a + pd * b, pa * a + pc * b);
  const run = { text: text.trim(), size, order, spaced, font: item.fontName };
  // spaces at either end are room, as if nothing had been drawn
  const space = Math.min(0.25 * size, (0.5 * length) / text.length);
  const before = space * (text.length - text.trimStart().length);
  const after = space * (text.length - text.trimEnd().length);
  return { run, x, y, before, length: length - before - after, angle };
}

function turned(placed: readonly Placed[], vertical: boolean): Direction {
  const angles = placed.map(({ angle }) => angle).sort((a, b) => a - b);
  const middle = angles[angles.length >> 1] ?? 0;
  const level = Math.round(middle / QUARTER) * QUARTER;
  const angle = Math.abs(middle - level) < 0.001 ? level : middle;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const runs = placed.map(({ run, x, y, before, length }): Run => {
    const along = x * cos + y * sin;
    const across = y * cos - x * sin;
    const u0 = (vertical ? across : along) + before;
    return { ...run, u0, u1: u0 + length, v: vertical ? run.size * 0.3 - along : across };
  });
  return { angle, vertical, runs: withoutDoubles(runs) };
}

/** Bold type and shadows are sometimes made by drawing the same twice, a hair apart; in whole or in part. */
function withoutDoubles(runs: readonly Run[]): Run[] {
  const rows = new Map<number, Run[]>();
  const row = ({ v }: Run) => Math.round(v / ROW_POINTS);
  for (const run of runs) {
    const others = rows.get(row(run)) ?? [];
    rows.set(row(run), others);
    if (others.length < MAX_IN_ROW) others.push(run);
  }
  return runs.filter((run) =>
    [-1, 0, 1].every((step) => !rows.get(row(run) + step)?.some((other) => repeats(run, other))),
  );
}

const ROW_POINTS = 4;
const MAX_IN_ROW = 500;

/** Whether what a run draws is drawn there by another as well; of two that are the same, the later one repeats. */
function repeats(run: Run, other: Run): boolean {
  if (other === run || Math.abs(other.v - run.v) > 0.12 * run.size) return false;
  const close = 0.12 * run.size;
  if (run.u0 < other.u0 - close || run.u1 > other.u1 + close) return false;
  if (Math.abs(other.size - run.size) > 0.1 * run.size || !other.text.includes(run.text)) return false;
  if (other.text === run.text) return other.order < run.order;
  const perChar = (other.u1 - other.u0) / other.text.length;
  const at = (run.u0 - other.u0) / Math.max(perChar, 0.01);
  const found = other.text.indexOf(run.text, Math.max(0, Math.floor(at - 2)));
  return found >= 0 && Math.abs(found - at) <= 2;
}

/** A rectangle of the page as it is seen, in points from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a stretch of a line lies on the page: `u0` to `u1`, `size` high. */
export function boxOf(
  { angle, vertical }: Pick<Direction, 'angle' | 'vertical'>,
  { u0, u1, v, size }: Pick<Run, 'u0' | 'u1' | 'v' | 'size'>,
): Box {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [u0, u1].flatMap((u) =>
    [v - 0.8 * size, v + 0.2 * size].map((across) => (vertical ? [-across, u] : [u, across])),
  );
  const xs = corners.map(([along = 0, across = 0]) => along * cos - across * sin);
  const ys = corners.map(([along = 0, across = 0]) => along * sin + across * cos);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
