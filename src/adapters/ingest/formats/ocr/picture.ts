/** Pictures as Tesseract takes them: grey, of bounded size, in a format that needs no decoder. */

import { SondeError } from '../../../../core/errors';

/** What a sheet has at 300 dots an inch, and a little more. */
const MAX_PIXELS = 12_000_000;
/** Screenshots have small letters: below this width and height they are read twice as large. */
const SMALL_SIDE_PX = 1000;

export interface GreyPicture {
  readonly bytes: Uint8Array;
  /** Pixels of the picture for each of the original. */
  readonly scale: number;
}

/** A picture in any format the browser shows; of those that move, the first frame. */
export async function greyOf(image: Blob | ImageData | OffscreenCanvas): Promise<GreyPicture> {
  const bitmap = await createImageBitmap(image).catch((cause: unknown) => {
    throw notAPicture(cause);
  });
  const { width, height } = bitmap;
  const small = Math.max(width, height) < SMALL_SIDE_PX;
  const scale = Math.min(small ? 2 : 1, Math.sqrt(MAX_PIXELS / (width * height)));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new SondeError({ code: 'internal', message: 'This browser has no memory left to draw with.' });
  // what shows through is paper
  context.fillStyle = 'white';
  context.fillRect(0, 0, w, h);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, w, h);
  bitmap.close();
  return { bytes: asPgm(context.getImageData(0, 0, w, h)), scale };
}

/** Portable graymap: a line of text, then a byte a pixel. */
function asPgm({ data, width, height }: ImageData): Uint8Array {
  const head = new TextEncoder().encode(`P5\n${String(width)} ${String(height)}\n255\n`);
  const bytes = new Uint8Array(head.length + width * height);
  bytes.set(head);
  for (let from = 0, to = head.length; from < data.length; from += 4, to++)
    bytes[to] = (77 * (data[from] ?? 0) + 150 * (data[from + 1] ?? 0) + 29 * (data[from + 2] ?? 0)) >> 8;
  return bytes;
}

export function notAPicture(cause: unknown): SondeError {
  return new SondeError(
    {
      code: 'malformed',
      message: 'This picture is damaged, or of a kind this browser does not show.',
      hint: 'Open it in another program and save it as PNG or JPEG.',
    },
    { cause },
  );
}

/** TIFF is not shown by browsers; Tesseract reads it itself. */
export async function isTiff(file: Blob): Promise<boolean> {
  const [a = 0, b = 0, c = 0, d = 0] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return (
    (a === 0x49 && b === 0x49 && c === 42 && d === 0) || (a === 0x4d && b === 0x4d && c === 0 && d === 42)
  );
}

/**
 * The bytes of a TIFF whose first picture is no larger than what is read of others.
 * @throws SondeError `too-large`, `malformed`
 */
export async function tiffBytes(file: Blob): Promise<Uint8Array> {
  const bytes = await file.arrayBuffer();
  const view = new DataView(bytes);
  const little = view.getUint8(0) === 0x49;
  let pixels = 1;
  try {
    const start = view.getUint32(4, little);
    const count = view.getUint16(start, little);
    for (let i = 0; i < count; i++) {
      const entry = start + 2 + i * 12;
      const tag = view.getUint16(entry, little);
      const short = view.getUint16(entry + 2, little) === 3;
      if (tag === 256 || tag === 257)
        pixels *= short ? view.getUint16(entry + 8, little) : view.getUint32(entry + 8, little);
    }
  } catch (cause) {
    throw notAPicture(cause);
  }
  if (pixels > 4 * MAX_PIXELS)
    throw new SondeError({
      code: 'too-large',
      message: `This picture has ${String(Math.round(pixels / 1e6))} million pixels, which is more than can be read here.`,
      hint: 'Save it smaller, as PNG or JPEG.',
    });
  return new Uint8Array(bytes);
}
