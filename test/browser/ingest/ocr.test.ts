/** Words in pictures, with the real recogniser. */

import { expect, test } from 'vitest';
import { readImage, readScannedPdf, recognise } from '../../../src/adapters/ingest/formats/ocr/ocr';
import * as pdf from '../../../src/adapters/ingest/formats/pdf/pdf';
import type { HeavyModules, ReaderInput } from '../../../src/adapters/ingest/formats/reader';
import { toProblem } from '../../../src/core/errors';
import { marksOf, readWith, stretch } from '../../fixtures/read-with';
import { lines, smallPdf, stream } from '../../fixtures/small-pdf';
import { asset as pdfAsset } from './pdf-kit';

const WORDS = ['The quick brown fox jumps', 'over the lazy dog near 1234', 'Recognition without a network'];

const asset: ReaderInput['asset'] = async (path) => {
  if (!path.startsWith('ocr/')) return pdfAsset(path);
  const name = path.slice('ocr/'.length);
  const folder = name.endsWith('.gz') ? '@tesseract.js-data/eng/4.0.0_best_int' : 'tesseract.js-core';
  // served as it is: a server that says `gzip` has it unpacked on the way
  const response = await fetch(`/node_modules/${folder}/${name}?raw-bytes`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!name.endsWith('.gz') || (bytes[0] === 0x1f && bytes[1] === 0x8b)) return new Blob([bytes]);
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
};

const load: ReaderInput['load'] = (name) =>
  name === 'pdf'
    ? Promise.resolve(pdf as unknown as HeavyModules[typeof name])
    : Promise.reject(new Error(name));

/** A sheet with lines of large type. */
function sheet(texts: readonly string[], width = 1240, height = 600): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'black';
  context.font = '48px sans-serif';
  texts.forEach((text, i) => {
    context.fillText(text, 100, 150 + 120 * i);
  });
  return canvas;
}

const signal = new AbortController().signal;

test('what is drawn is read back, with its place and how certain it is', async () => {
  let last = 0;
  const {
    text,
    lines: found,
    confidence,
  } = await recognise(
    sheet(WORDS),
    'eng',
    { asset },
    (share) => {
      last = share;
    },
    signal,
  );
  expect(text.split(/\n+/)).toEqual(WORDS);
  expect(confidence).toBeGreaterThan(0.85);
  expect(last).toBeGreaterThan(0.5);
  const [first] = found;
  expect(Math.abs((first?.box.x ?? 0) - 100)).toBeLessThan(15);
  expect(first && first.box.y < 150 && first.box.y + first.box.height > 130).toBe(true);
});

test.each(['image/png', 'image/jpeg', 'image/webp'])('a picture on its own: %s', async (type) => {
  const file = await sheet(WORDS).convertToBlob({ type });
  const read = await readWith((input, out) => readImage({ ...input, asset, ocr: 'eng' }, out), file);
  expect(read.text.trim().split(/\n+/)).toEqual(WORDS);
});

test('a picture without words says so, and what is no picture too', async () => {
  const readAs = (file: Blob) =>
    readWith((input, out) => readImage({ ...input, asset, ocr: 'eng' }, out), file).then(
      () => 'read',
      (thrown: unknown) => toProblem(thrown).code,
    );
  expect(await readAs(await sheet([]).convertToBlob())).toBe('empty');
  expect(await readAs(new Blob(['no picture']))).toBe('malformed');
});

test('of a scanned PDF the pages that are pictures are recognised, the others read as ever', async () => {
  const canvas = sheet(WORDS, 1200, 1600);
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, 1200, 1600) ?? {
    data: new Uint8ClampedArray(),
  };
  let grey = '';
  for (let i = 0; i < data.length; i += 4) grey += String.fromCharCode(data[i] ?? 255);
  const file = smallPdf({
    pages: [{ content: lines(['A page of text']) }, { content: 'q 600 0 0 800 0 0 cm /Im Do Q' }],
    objects: {
      5: stream(
        grey,
        '/Type /XObject /Subtype /Image /Width 1200 /Height 1600 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      ),
    },
  });
  const read = await readWith(
    (input, out) => readScannedPdf({ ...input, asset, load, ocr: 'eng' }, out),
    file,
  );
  const [first, second] = marksOf(read, 'page').map((mark) => stretch(read, mark));
  expect(first).toBe('A page of text');
  expect(second?.split(/\n+/)).toEqual(WORDS);
  expect(read.problem).toBe(null);
  expect(read.losses.map(({ what }) => what)).not.toContain('scanned-pages');
});
