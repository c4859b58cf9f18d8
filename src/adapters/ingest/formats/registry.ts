/** Which reader reads which format. What is wrapped in a zip or a compound file is told apart by what is in it. */

import { SondeError } from '../../../core/errors';
import type { Format } from '../format';
import { readGzip } from './archive/gzip';
import { readTar } from './archive/tar';
import { readZip } from './archive/zip-archive';
import { readDoc } from './doc/doc';
import { readEpub } from './epub';
import { readHtml } from './html/html';
import { readEml } from './mail/eml';
import { readMbox } from './mail/mbox';
import { readMsg } from './mail/msg';
import { readNotebook } from './notebook';
import { readOdp } from './odf/odp';
import { readFlatOds, readOds } from './odf/ods';
import { readFlatOdf, readOdt } from './odf/odt';
import { readPptx } from './pptx/pptx';
import { Ole } from './ole';
import { oleRefusal } from './ole-refusal';
import type { FormatReader, ReaderInput } from './reader';
import { readRtf } from './rtf/rtf';
import { readSubtitles } from './subtitles';
import { readXlsx } from './xlsx/xlsx';
import { Zip } from './zip';

export interface ChosenReader {
  /** What the file is, as shown to the user: `pdf`, `docx`, `zip`, … */
  readonly kind: string;
  readonly read: FormatReader;
}

const light = {
  html: readHtml,
  rtf: readRtf,
  notebook: readNotebook,
  email: readEml,
  mbox: readMbox,
  subtitles: readSubtitles,
  tar: readTar,
  gzip: readGzip,
} as const satisfies Partial<Record<Format, FormatReader>>;

/** @throws SondeError `unreadable`, `password`, `malformed` when the file is recognised as something that has no reader. */
export async function readerOf(format: Exclude<Format, 'text'>, input: ReaderInput): Promise<ChosenReader> {
  switch (format) {
    case 'zip':
      return inZip(input);
    case 'ole':
      return inOle(input);
    case 'pdf': {
      const pdf = await input.load('pdf');
      return {
        kind: 'pdf',
        read: input.ocr === null ? pdf.readPdf : (await input.load('ocr')).readScannedPdf,
      };
    }
    case 'image':
      if (input.ocr === null) throw picture();
      return { kind: 'image', read: (await input.load('ocr')).readImage };
    case 'flat-odf':
      return { kind: format, read: await flatOdfReader(input) };
    case 'html':
    case 'rtf':
    case 'notebook':
    case 'email':
    case 'mbox':
    case 'subtitles':
    case 'tar':
    case 'gzip':
      return { kind: format, read: light[format] };
  }
}

/** Text and spreadsheets look alike but for the type the outermost element names, behind all its namespaces. */
async function flatOdfReader({ file }: ReaderInput): Promise<FormatReader> {
  const start = await file.slice(0, 32 * 1024).text();
  return start.includes('opendocument.spreadsheet') ? readFlatOds : readFlatOdf;
}

/** Office files name their main part in `[Content_Types].xml`; OpenDocument and EPUB say what they are in `mimetype`. */
async function inZip(input: ReaderInput): Promise<ChosenReader> {
  const zip = await Zip.open(input.file);
  const types = zip.find('[Content_Types].xml');
  const mimetype = zip.find('mimetype');
  const said = types ? await zip.text(types) : mimetype ? await zip.text(mimetype) : '';
  const find = (name: string) => zip.find(name) !== undefined;
  if (/wordprocessingml|ms-word\./.test(said) || find('word/document.xml'))
    return { kind: 'docx', read: (await input.load('docx')).readDocx };
  if (/spreadsheetml|ms-excel\./.test(said) || find('xl/workbook.xml'))
    return { kind: 'xlsx', read: readXlsx };
  if (/presentationml|ms-powerpoint\./.test(said) || find('ppt/presentation.xml'))
    return { kind: 'pptx', read: readPptx };
  if (/opendocument\.text/.test(said)) return { kind: 'odt', read: readOdt };
  if (/opendocument\.spreadsheet/.test(said)) return { kind: 'ods', read: readOds };
  if (/opendocument\.presentation/.test(said)) return { kind: 'odp', read: readOdp };
  if (/epub\+zip/.test(said) || find('META-INF/container.xml')) return { kind: 'epub', read: readEpub };
  return { kind: 'zip', read: readZip };
}

/** What old Office, and Office with a password, wraps its files in. */
async function inOle(input: ReaderInput): Promise<ChosenReader> {
  const { kind } = await Ole.open(input.file);
  if (kind === 'outlook') return { kind: 'msg', read: readMsg };
  if (kind === 'word') return { kind: 'doc', read: readDoc };
  throw oleRefusal(kind);
}

function picture(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'This is a picture: it has no text of its own.',
    hint: 'Have its words recognised (OCR), if there are any.',
  });
}
