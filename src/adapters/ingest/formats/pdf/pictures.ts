/** Pictures, without decoding any: how many a file has, and whether a page without text is one. */

import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

const PIECE_BYTES = 1024 * 1024;
/** The dictionary of a stream stands before its data; no real one of a picture is longer. */
const OVERLAP = 4096;

/**
 * Pictures in a file, masks left out. A picture is a stream, and what describes a stream always stands in the file as
 * it is, uncompressed and unencrypted.
 */
export async function countPictures(file: Blob): Promise<number> {
  const pictures = new Set<string>();
  const masks = new Set<string>();
  const decoder = new TextDecoder('latin1');
  let text = '';
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    text = text.slice(-OVERLAP) + decoder.decode(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
    for (const match of text.matchAll(/\/Subtype\s?\/Image\b/g)) {
      const head = text.slice(Math.max(0, match.index - OVERLAP), match.index);
      const object = head.lastIndexOf(' obj');
      const name = /(\d+) \d+$/.exec(head.slice(Math.max(0, object - 30), object))?.[1];
      if (object >= 0 && name !== undefined) pictures.add(name);
    }
    for (const match of text.matchAll(/\/S?Mask (\d+) \d+ R/g)) masks.add(match[1] ?? '');
  }
  return [...pictures].filter((name) => !masks.has(name)).length;
}

export type Blankness = 'blank' | 'picture' | 'drawing';

/** Fewer strokes than this make a rule or a frame, no picture of text. */
const MANY_PATHS = 40;

/** What a page without text is, from what it would draw; pictures themselves were left out on opening. */
export async function looksOf(page: PDFPageProxy): Promise<Blankness> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const { width, height } = page.getViewport({ scale: 1 });
  const area = (width * height) / page.userUnit ** 2;
  let scale = 1;
  let covered = 0;
  let paths = 0;
  const saved: number[] = [];
  for (const [i, operator] of fnArray.entries()) {
    const args = argsArray[i] as unknown[] | null;
    if (operator === OPS.constructPath) paths++;
    else if (operator === OPS.save) saved.push(scale);
    else if (operator === OPS.restore || operator === OPS.paintFormXObjectEnd) scale = saved.pop() ?? 1;
    else if (operator === OPS.paintFormXObjectBegin) {
      saved.push(scale);
      scale *= stretch(args?.[0]);
    } else if (operator === OPS.transform) {
      scale *= stretch(args);
      // a picture fills the unit square; scans come whole or in strips
      if (scale >= 0.01 * area) covered += scale;
      if (covered >= 0.3 * area) return 'picture';
    }
  }
  return paths >= MANY_PATHS ? 'drawing' : 'blank';
}

/** By how much a transform makes areas larger. */
function stretch(transform: unknown): number {
  if (!Array.isArray(transform)) return 1;
  const [a, b, c, d] = transform as unknown[];
  const determinant = Number(a) * Number(d) - Number(b) * Number(c);
  return Number.isFinite(determinant) ? Math.abs(determinant) : 1;
}
