/** Words in pictures: photographs, screenshots, scanned PDFs. Only where the user has asked for it. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader, ReaderInput } from '../reader';
import { startEngine, type Engine } from './engine';
import { linesOf, type RecognisedLine } from './lines';
import { greyOf, isTiff, notAPicture, tiffBytes } from './picture';

export interface Recognised {
  readonly text: string;
  readonly lines: readonly RecognisedLine[];
  /** 0…1, the mean of all lines by their length. */
  readonly confidence: number;
}

/** One picture takes seconds; what takes this long will not end well. */
const MAX_MS = 90_000;
/** What pages are drawn at: letters of 10 points are then as large as Tesseract likes them. */
const DOTS_PER_INCH = 200;
/** Below this, what was recognised is worth a warning. */
const UNCERTAIN = 0.6;

let kept: Engine | null = null;

/**
 * Recognises the words of a picture. Works without a pause; `onProgress` is called meanwhile, from 0 to 1.
 * @throws SondeError `malformed`, `too-large`, `invalid-argument` for a language there is no data of
 */
export async function recognise(
  image: Blob | ImageData | OffscreenCanvas,
  language: string,
  { asset }: Pick<ReaderInput, 'asset'>,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Recognised> {
  signal.throwIfAborted();
  const engine = await engineFor(language, asset);
  const raw = image instanceof Blob && (await isTiff(image));
  const { bytes, scale } = raw ? { bytes: await tiffBytes(image), scale: 1 } : await greyOf(image);
  const startedAt = performance.now();
  let table: string;
  try {
    table = engine.recognise(bytes, Math.round(DOTS_PER_INCH * scale), (percent) => {
      onProgress(Math.min(1, percent / 100));
      if (performance.now() - startedAt > MAX_MS) throw new Error('too long');
    });
  } catch (cause) {
    kept = null; // a half-done recognition leaves it in no state to go on
    throw performance.now() - startedAt > MAX_MS ? tooLong(cause) : notAPicture(cause);
  }
  const lines = linesOf(table).map((line) => inOriginal(line, scale));
  return { text: textOf(lines), lines, confidence: confidenceOf(lines) };
}

async function engineFor(language: string, asset: ReaderInput['asset']): Promise<Engine> {
  if (!/^[a-z]{3}(?:_[a-z]+)?$/.test(language))
    throw new SondeError({ code: 'invalid-argument', message: `There is no language named “${language}”.` });
  if (kept?.language === language) return kept;
  kept?.close();
  kept = await startEngine(language, asset);
  return kept;
}

const tooLong = (cause: unknown): SondeError =>
  new SondeError(
    {
      code: 'too-large',
      message: 'Recognising the words of this picture takes too long.',
      hint: 'Cut it to the part with the text, or save it smaller.',
    },
    { cause },
  );

function inOriginal(line: RecognisedLine, scale: number): RecognisedLine {
  const { x, y, width, height } = line.box;
  return { ...line, box: { x: x / scale, y: y / scale, width: width / scale, height: height / scale } };
}

const textOf = (lines: readonly RecognisedLine[]): string =>
  lines.map(({ text, begins }, i) => (i === 0 ? '' : begins ? '\n\n' : '\n') + text).join('');

function confidenceOf(lines: readonly RecognisedLine[]): number {
  const chars = lines.reduce((sum, { text }) => sum + text.length, 0);
  return lines.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / Math.max(1, chars);
}

/** A picture on its own: PNG, JPEG, WebP, GIF, BMP, TIFF. */
export const readImage: FormatReader = async (input, out) => {
  const alive = () => {
    input.progress(0, 1);
  };
  const { lines, confidence } = await recognise(input.file, languageOf(input), input, alive, input.signal);
  if (lines.length === 0)
    throw new SondeError({
      code: 'empty',
      message: 'No words were found in this picture.',
      hint: 'Check that it shows text, upright and in focus.',
    });
  for (const { text, begins } of lines) {
    out.breakLine(begins ? 2 : 1);
    out.text(text);
  }
  warnIfUncertain(confidence, 'this picture', out);
  await out.flush();
  input.progress(1, 1);
};

/** A PDF whose pages are pictures, all or some: those with text of their own are read as ever. */
export const readScannedPdf: FormatReader = async (input, out) => {
  const { readPdfWith } = await input.load('pdf');
  const language = languageOf(input);
  const uncertain: number[] = [];
  await readPdfWith(input, out, {
    dotsPerInch: DOTS_PER_INCH,
    linesOf: async (picture, pageNumber, alive) => {
      const { lines, confidence } = await recognise(picture, language, input, alive, input.signal);
      if (lines.length > 0 && confidence < UNCERTAIN) uncertain.push(pageNumber);
      return lines;
    },
  });
  if (uncertain.length > 0) {
    const pages = uncertain.length === 1 ? 'page' : 'pages';
    warnIfUncertain(
      0,
      `${pages} ${uncertain.slice(0, 8).join(', ')}${uncertain.length > 8 ? ', …' : ''}`,
      out,
    );
  }
};

const languageOf = ({ ocr }: ReaderInput): string => ocr ?? 'eng';

function warnIfUncertain(confidence: number, where: string, out: DocumentBuilder): void {
  if (confidence >= UNCERTAIN) return;
  out.warn({
    code: 'unreadable',
    message: `What was recognised on ${where} is uncertain: many words may be wrong.`,
    hint: 'Compare it with the picture; a sharper scan is read better.',
  });
}
