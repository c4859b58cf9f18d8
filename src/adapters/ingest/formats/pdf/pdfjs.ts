/** pdf.js in one thread: both of its halves in this module, its data files from the page, no worker of its own. */

import './window-shown';
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import './window-hidden';
import {
  getDocument,
  PasswordResponses,
  VerbosityLevel,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import { SondeError } from '../../../../core/errors';
import type { ReaderInput } from '../reader';
import { BlankFilters, WorkerCanvases } from './canvases';

export type Assets = ReaderInput['asset'];

/** The whole file is held in memory, and some of it twice. */
const MAX_BYTES = 1024 ** 3;

export interface OpenedPdf {
  readonly document: PDFDocumentProxy;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly file: Blob;
  readonly password: string | null;
  readonly asset: Assets;
  /** Whether pages will be drawn: then fonts that are not in the file are loaded, and pictures decoded. */
  readonly drawn: boolean;
}

/** @throws SondeError `password`, `malformed`, `too-large` */
export async function openPdf({ file, password, asset, drawn }: OpenOptions): Promise<OpenedPdf> {
  if (file.size > MAX_BYTES)
    throw new SondeError({
      code: 'too-large',
      message: 'This PDF is larger than 1 GB, which is more than can be read here.',
      hint: 'Split it and drop the parts.',
    });
  try {
    return await open(file, { password, asset, drawn });
  } catch (cause) {
    const mended =
      (cause as { name?: unknown }).name === 'InvalidPDFException' ? await withTrailer(file) : null;
    if (!mended) throw openingProblem(cause, password);
    return open(mended, { password, asset, drawn }).catch((second: unknown) => {
      throw openingProblem(second, password);
    });
  }
}

async function open(file: Blob, { password, asset, drawn }: Omit<OpenOptions, 'file'>): Promise<OpenedPdf> {
  const data = new Uint8Array(await file.arrayBuffer());
  const task = getDocument({
    data,
    ...(password === null ? {} : { password }),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    enableXfa: true,
    disableFontFace: true,
    // Metrics of the fonts that every reader has are built in; their shapes are needed for drawing alone.
    useSystemFonts: !drawn,
    useWorkerFetch: false,
    isImageDecoderSupported: false,
    isOffscreenCanvasSupported: drawn,
    // One pixel: pictures are left out before they are decoded.
    maxImageSize: drawn ? MAX_IMAGE_PIXELS : 1,
    canvasMaxAreaInBytes: 4 * MAX_IMAGE_PIXELS,
    CanvasFactory: WorkerCanvases,
    FilterFactory: BlankFilters,
    BinaryDataFactory: dataFrom(asset),
    wasmUrl: 'pdf/wasm/',
    cMapUrl: 'pdf/cmaps/',
    standardFontDataUrl: 'pdf/standard_fonts/',
  });
  try {
    const document = await task.promise;
    return { document, close: () => task.destroy() };
  } catch (cause) {
    await task.destroy();
    throw cause;
  }
}

/** A file that was cut off has lost its trailer, which says where to begin: at its catalog. */
async function withTrailer(file: Blob): Promise<Blob | null> {
  const text = new TextDecoder('latin1').decode(await file.arrayBuffer());
  const catalog = text.search(/\/Type\s{0,9}\/Catalog\b/);
  if (catalog < 0) return null;
  const [, number, generation] =
    [...text.slice(Math.max(0, catalog - 2000), catalog).matchAll(/(\d+) (\d+) obj\b/g)].at(-1) ?? [];
  if (number === undefined || generation === undefined) return null;
  return new Blob([file, `\nendobj\ntrailer\n<< /Root ${number} ${generation} R >>\nstartxref\n0\n%%EOF\n`]);
}

const MAX_IMAGE_PIXELS = 64 * 1024 * 1024;

const FOLDERS: Readonly<Record<string, string>> = {
  cMapUrl: 'pdf/cmaps/',
  standardFontDataUrl: 'pdf/standard_fonts/',
  wasmUrl: 'pdf/wasm/',
};

/** What pdf.js fetches its own data files with. */
function dataFrom(asset: Assets) {
  return class {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      const folder = FOLDERS[kind];
      // a file names the character map it wants: nothing but a name may come through
      if (folder === undefined || !/^[\w-]+(?:\.\w+)?$/.test(filename))
        throw new Error(`There is no such file of data: ${kind} ${filename}`);
      return new Uint8Array(await (await asset(folder + filename)).arrayBuffer());
    }
  };
}

function openingProblem(cause: unknown, password: string | null): SondeError {
  const { name, code } = cause as { name?: unknown; code?: unknown };
  if (name === 'PasswordException')
    return new SondeError(
      {
        code: 'password',
        message:
          code === PasswordResponses.INCORRECT_PASSWORD && password !== null
            ? 'That password does not open this PDF.'
            : 'This PDF opens with a password only.',
        hint:
          password === null
            ? 'Type its password to have it read.'
            : 'Check it for capitals, and type it again.',
      },
      { cause },
    );
  return new SondeError(
    {
      code: 'malformed',
      message: 'This PDF is damaged so badly that no page of it can be read.',
      hint: 'Open it in another program and save it again, or get a fresh copy.',
    },
    { cause },
  );
}
