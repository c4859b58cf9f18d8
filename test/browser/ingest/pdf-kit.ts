/** Reads and draws PDFs in a test as the app does, with the data files of pdf.js from where they are installed. */

import type { ReaderInput } from '../../../src/adapters/ingest/formats/reader';
import { readPdf } from '../../../src/adapters/ingest/formats/pdf/pdf';
import { readWith, type ReadResult } from '../../fixtures/read-with';

export const asset: ReaderInput['asset'] = async (path) => {
  const response = await fetch(new URL(path.replace(/^pdf\//, '/node_modules/pdfjs-dist/'), location.href));
  if (!response.ok) throw new Error(`${path} is not there`);
  return response.blob();
};

export const readPdfFile = (file: Blob, password: string | null = null): Promise<ReadResult> =>
  readWith((input, out) => readPdf({ ...input, asset }, out), file, { path: 'a.pdf', password });

export async function sharedFile(path: string): Promise<File | null> {
  const response = await fetch(`/test-data/documents/${path}`);
  return response.ok ? new File([await response.blob()], path.split('/').at(-1) ?? path) : null;
}
