/** Checks what comes out of the sandbox: a document could have taken a reader over, so nothing it says is taken on trust. */

import * as v from 'valibot';
import { byPlace, type Loss, type LossKind, type Mark, type MarkKind } from '../../core/corpus/structure';
import type { PageImage } from '../../core/corpus/library';
import { harmlessPath } from '../ingest/formats/archive/harmless-path';
import { problem } from '../store/problem-schema';
import type { ReadResult } from './wire';

const MAX_MARKS = 600_000;
const MAX_RECTS = 20_000;
const MAX_SIDE_PX = 16_384;

const kinds = <K extends string>(table: Record<K, true>) => Object.keys(table) as K[]; // the type demands every key

const markKinds = kinds<MarkKind>({
  page: true,
  slide: true,
  sheet: true,
  chapter: true,
  section: true,
  table: true,
  message: true,
  cell: true,
  cue: true,
  article: true,
  note: true,
  comment: true,
  header: true,
  footer: true,
});
const lossKinds = kinds<LossKind>({
  images: true,
  'scanned-pages': true,
  equations: true,
  drawings: true,
  charts: true,
  'embedded-files': true,
  scripts: true,
  media: true,
  forms: true,
  'unreadable-parts': true,
  'ignored-files': true,
  'cut-off': true,
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const words = (max: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.slice(0, max)),
  );
const cellValue = v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean(), v.null()]);

const table = v.object({
  layout: v.union([v.literal('tabs'), v.object({ delimiter: v.pipe(v.string(), v.length(1)) })]),
  reads: v.picklist(['text', 'values']),
  header: v.boolean(),
  origin: v.nullable(v.tuple([count, count])),
  exact: v.array(v.tuple([count, count, cellValue])),
});

export const markSchema = v.object({
  kind: v.picklist(markKinds),
  start: count,
  end: count,
  label: words(500),
  level: v.exactOptional(v.pipe(count, v.minValue(1), v.maxValue(99))),
  table: v.exactOptional(table),
});

export const metadataSchema = v.object({
  title: v.exactOptional(words(1000)),
  author: v.exactOptional(words(1000)),
  subject: v.exactOptional(words(1000)),
  createdAt: v.exactOptional(words(1000)),
  modifiedAt: v.exactOptional(words(1000)),
  language: v.exactOptional(words(1000)),
  to: v.exactOptional(words(1000)),
});

export const lossSchema = v.object({ what: v.picklist(lossKinds), count });

const result = v.object({
  kind: words(40),
  chars: count,
  marks: v.pipe(v.array(markSchema), v.maxLength(MAX_MARKS)),
  metadata: metadataSchema,
  losses: v.pipe(v.array(lossSchema), v.maxLength(100)),
  problem: v.nullable(problem),
});

const pixels = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MAX_SIDE_PX));
const side = v.pipe(pixels, v.integer(), v.minValue(1));

const page = v.object({
  image: v.pipe(
    v.blob(),
    v.check(({ type }) => type === 'image/png' || type === 'image/webp'),
  ),
  widthPx: side,
  heightPx: side,
  rects: v.pipe(
    v.array(v.object({ x: pixels, y: pixels, width: pixels, height: pixels })),
    v.maxLength(MAX_RECTS),
  ),
});

/** Marks beyond the end of the text are cut to it; those that are upside down are left out. @throws ValiError */
export function checkedResult(value: unknown): ReadResult {
  const read = v.parse(result, value);
  const marks: Mark[] = [];
  for (const mark of read.marks) {
    const end = Math.min(mark.end, read.chars);
    if (mark.start <= end) marks.push({ ...mark, end });
  }
  marks.sort(byPlace);
  return { ...read, marks, losses: read.losses satisfies Loss[] };
}

/** @throws ValiError */
export function checkedPage(value: unknown): PageImage {
  return v.parse(page, value);
}

const MAX_PIECE_BYTES = 64_000_000;
const MAX_PATH_CHARS = 4096;

/** The bytes on a buffer of their own. @throws TypeError when they are no UTF-8; ValiError when they are no bytes */
export function checkedText(value: unknown): Uint8Array<ArrayBuffer> {
  const piece = v.parse(v.instance(Uint8Array), value);
  if (piece.length > MAX_PIECE_BYTES) throw new TypeError('a piece of text is larger than any reader sends');
  new TextDecoder('utf-8', { fatal: true }).decode(piece);
  return piece.buffer instanceof ArrayBuffer
    ? new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
    : piece.slice();
}

/** A path is only ever a name here; it is made harmless once more all the same. @throws ValiError */
export function checkedPath(value: unknown): string {
  return harmlessPath(v.parse(v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_PATH_CHARS)), value));
}
