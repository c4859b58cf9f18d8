/** What is changed: real files where they are there, and one small file of every format. */

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { Format } from '../../src/adapters/ingest/format';
import { oleFile } from '../fixtures/ole-file';
import { rawTar, rawZip } from '../fixtures/raw-archives';
import { dataPath } from '../fixtures/shared-data';
import type { Bytes } from './mutate-bytes';
import { smallFiles } from './small-files';

export type FuzzFormat = Exclude<Format, 'text' | 'pdf' | 'image'> | 'text';

export interface Seed {
  readonly name: string;
  readonly format: FuzzFormat;
  readonly bytes: Bytes;
}

/** Larger ones say nothing that smaller ones do not, and take longer. */
const MAX_SEED_BYTES = 256 * 1024;

/** Folders of the data by the format of what is in them. PDF and pictures need a browser. */
const folders: Record<string, FuzzFormat> = {
  docx: 'zip',
  xlsx: 'zip',
  pptx: 'zip',
  odt: 'zip',
  epub: 'zip',
  zip: 'zip',
  doc_legacy: 'ole',
  xls_legacy: 'ole',
  msg_legacy: 'ole',
  html: 'html',
  rtf: 'rtf',
  ipynb: 'notebook',
  eml: 'email',
  mbox: 'mbox',
  csv: 'text',
  text: 'text',
};

export function builtInSeeds(): Seed[] {
  const markup = smallFiles.map(({ name, format, text }) => ({ name, format, bytes: bytesOf(text) }));
  const tar = rawTar([
    { name: 'a.txt', data: 'one' },
    { name: 'long', type: 'L', magic: 'gnu', data: `${'x/'.repeat(80)}b\0` },
    { name: 'b.txt', data: 'two'.repeat(300) },
    { name: 'c.txt', type: '1', target: 'a.txt' },
  ]);
  const zip = rawZip([
    { name: 'a.txt', data: 'one '.repeat(100), method: 8 },
    { name: 'b/c.txt', data: 'two', descriptor: true },
    { name: 'd.txt', data: 'three', zip64: true },
  ]);
  return [
    ...markup,
    { name: 'small.tar', format: 'tar', bytes: tar },
    { name: 'small.tar.gz', format: 'gzip', bytes: new Uint8Array(gzipSync(tar)) },
    { name: 'small.zip', format: 'zip', bytes: zip },
    {
      name: 'small.doc',
      format: 'ole',
      bytes: oleFile({ WordDocument: new Uint8Array(5000), '1Table': new Uint8Array(100) }),
    },
  ];
}

/** Empty where the shared data is not there. */
export function realSeeds(): Seed[] {
  return Object.entries(folders).flatMap(([folder, format]) => {
    const path = dataPath(`documents/${folder}`);
    if (path === null) return [];
    return readdirSync(path)
      .filter((name) => !name.includes('.expected.'))
      .map((name) => ({
        name: `${folder}/${name}`,
        format,
        bytes: new Uint8Array(readFileSync(join(path, name))),
      }))
      .filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX_SEED_BYTES);
  });
}

/** All of them, or those whose name has this in it. */
export function chosenSeeds(only: string | null): Seed[] {
  return [...builtInSeeds(), ...realSeeds()].filter(({ name }) => only === null || name.includes(only));
}

function bytesOf(content: string | Bytes): Bytes {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
