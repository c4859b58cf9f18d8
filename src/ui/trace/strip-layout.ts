/** Where the squares of a strip of sub-calls lie, and the outlines that draw them, in pieces that change apart. */

import type { CallNode } from '../../core/record/tree';
import { callState, type NodeState } from '../../core/record/measures';

export interface StripLayout {
  /** Pixels from one square to the next. */
  readonly pitch: number;
  readonly size: number;
  readonly columns: number;
  readonly height: number;
}

/** Squares shrink so that five thousand fit where five do. */
export function layoutStrip(count: number, width: number): StripLayout {
  const pitch = count <= 80 ? 16 : count <= 400 ? 11 : count <= 2000 ? 7 : 4;
  const columns = Math.max(1, Math.floor(width / pitch));
  return { pitch, size: pitch - (pitch > 10 ? 3 : 1), columns, height: Math.ceil(count / columns) * pitch };
}

/** `cached`: from the record. `raised`: done by a stronger model than was asked first. */
export type StripShape = 'running' | 'done' | 'failed' | 'child' | 'cached' | 'raised';
export const STRIP_SHAPES: readonly StripShape[] = ['running', 'done', 'failed', 'child', 'cached', 'raised'];

/** Sub-calls drawn by one set of outlines. Finishing calls change few pieces at a time. */
const PIECE = 256;

export interface StripPiece {
  readonly key: string;
  readonly outlines: Readonly<Record<StripShape, string>>;
}

/** Draws strips; pieces in which nothing changed since the last time are the same objects. */
export class StripDrawing {
  #layout: StripLayout | null = null;
  #codes = new Uint8Array(0);
  #pieces: StripPiece[] = [];

  draw(calls: readonly CallNode[], layout: StripLayout): StripPiece[] {
    const same =
      this.#layout !== null && this.#layout.pitch === layout.pitch && this.#layout.columns === layout.columns;
    if (!same) this.#pieces = [];
    this.#layout = layout;
    const codes = new Uint8Array(calls.length);
    calls.forEach((call, i) => (codes[i] = codeOf(call)));
    const pieces: StripPiece[] = [];
    for (let from = 0; from < calls.length; from += PIECE) {
      const known = this.#pieces[from / PIECE];
      const to = Math.min(from + PIECE, calls.length);
      pieces.push(known && equal(this.#codes, codes, from, to) ? known : drawPiece(codes, from, to, layout));
    }
    this.#codes = codes;
    this.#pieces = pieces;
    return pieces;
  }
}

function equal(before: Uint8Array, after: Uint8Array, from: number, to: number): boolean {
  if (before.length < to || (to % PIECE !== 0 && before.length !== after.length)) return false;
  for (let i = from; i < to; i++) if (before[i] !== after[i]) return false;
  return true;
}

/** State and size class of a call in one number: shape × 4 + size. */
function codeOf(call: CallNode): number {
  const state = callState(call);
  const shape = shapeOf(call, state);
  const tokens = call.usage ? call.usage.inputTokens + call.usage.outputTokens : 0;
  const size = tokens === 0 || tokens > 4000 ? 3 : tokens > 1000 ? 2 : tokens > 250 ? 1 : 0;
  return STRIP_SHAPES.indexOf(shape) * 4 + size;
}

function shapeOf(call: CallNode, state: NodeState): StripShape {
  if (state === 'failed' || state === 'stopped') return 'failed';
  if (call.child) return 'child';
  if (state === 'running') return 'running';
  if (call.cached) return 'cached';
  return call.escalations.length > 0 ? 'raised' : 'done';
}

function drawPiece(
  codes: Uint8Array,
  from: number,
  to: number,
  { pitch, size, columns }: StripLayout,
): StripPiece {
  const outlines = Object.fromEntries(STRIP_SHAPES.map((shape) => [shape, ''])) as Record<StripShape, string>; // each of them
  for (let i = from; i < to; i++) {
    const code = codes[i] ?? 0;
    const shape = STRIP_SHAPES[code >> 2] ?? 'done';
    // Small replies leave a rim where the squares are large enough to show one.
    const inset = size < 6 ? 0 : Math.round(((3 - (code & 3)) * size) / 16);
    const x = (i % columns) * pitch;
    const y = Math.floor(i / columns) * pitch;
    outlines[shape] += drawShape(shape, x, y, size, inset);
  }
  return { key: String(from), outlines };
}

function drawShape(shape: StripShape, x: number, y: number, size: number, inset: number): string {
  const square = (at: number, side: number) =>
    `M${String(x + at)} ${String(y + at)}h${String(side)}v${String(side)}h${String(-side)}z`;
  switch (shape) {
    case 'running': {
      // A frame: the inner square runs the same way round, so the even-odd rule leaves it open.
      const rim = size > 6 ? 1.5 : 1;
      return square(0, size) + square(rim, size - 2 * rim);
    }
    case 'done':
      return square(inset, size - 2 * inset);
    case 'failed': {
      if (size < 6) return square(0, size);
      const bar = size / 4;
      const far = size - bar;
      // A saltire as two slanted bars; they overlap in the middle, which even-odd leaves open like an eyelet.
      return (
        `M${String(x)} ${String(y)}h${String(bar)}L${String(x + size)} ${String(y + size)}h${String(-bar)}z` +
        `M${String(x + far)} ${String(y)}h${String(bar)}L${String(x + bar)} ${String(y + size)}h${String(-bar)}z`
      );
    }
    case 'cached':
      // Hatched: stripes that rise from left to right, cut off by the square's edges.
      return (
        size < 6
          ? [[0.5, 1.5]]
          : [
              [0.3, 0.7],
              [1, 1.4],
              [1.7, 2],
            ]
      )
        .map(([from = 0, to = 0]) => stripe(x, y, size, from * size, to * size))
        .join('');
    case 'raised': {
      // A square with a gable: the same, one step up.
      const half = size / 2;
      return `M${String(x + half)} ${String(y)}l${String(half)} ${String(half)}v${String(half)}h${String(-size)}v${String(-half)}z`;
    }
    case 'child': {
      const half = size / 2;
      return `M${String(x + half)} ${String(y)}l${String(half)} ${String(half)}l${String(-half)} ${String(half)}l${String(-half)} ${String(-half)}z`;
    }
  }
}

/** The part of a square at (x, y) where the distance along both sides adds up to between `from` and `to`. */
function stripe(x: number, y: number, size: number, from: number, to: number): string {
  const edge = (sum: number): [number, number][] =>
    sum <= size
      ? [
          [sum, 0],
          [0, sum],
        ]
      : [
          [size, sum - size],
          [sum - size, size],
        ];
  const corners =
    from < size && to > size ? { right: [[size, 0]], left: [[0, size]] } : { right: [], left: [] };
  const [a, d] = edge(from);
  const [b, c] = edge(to);
  const points = [a, ...corners.right, b, c, ...corners.left, d];
  return `M${points.map((point) => `${round(x + (point?.[0] ?? 0))} ${round(y + (point?.[1] ?? 0))}`).join('L')}z`;
}

const round = (pixels: number) => String(Math.round(pixels * 10) / 10);
