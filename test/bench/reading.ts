/** Reading of documents through the built app, beside a native tool that does the like with the same file in the same run. */

import { spawnSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openSite, scratchFolder, scriptingReady } from '../e2e/harness';
import { dataPath } from '../fixtures/shared-data';
import { makeCsv, makeDocx, makeEpub, makeHtml, makeText, makeXlsx, makeZip } from './documents';
import { makePdf } from './pdf-file';
import { median, type Row } from './figures';

const ROUNDS = 3;

interface Case {
  readonly name: string;
  readonly file: string;
  /** What the file is full of: `pages`, or megabytes when absent. */
  readonly pages?: number;
  /** A command that reads the same file; null where there is none. */
  readonly peer: readonly [tool: string, ...args: string[]] | null;
}

function cases(folder: string): Case[] {
  const put = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const csvReader = 'import csv,sys\nfor row in csv.reader(open(sys.argv[1], newline="")): pass';
  const pdf = put('made.pdf', makePdf(2000));
  const docx = put('made.docx', makeDocx(20_000));
  const xlsx = put('made.xlsx', makeXlsx(60_000));
  const epub = put('made.epub', makeEpub(100));
  const html = put('made.html', makeHtml(20_000));
  const csv = put('made.csv', makeCsv(400_000));
  const zip = put('made.zip', makeZip(1000));
  const text = put('made.txt', makeText(100_000_000));
  const real = dataPath('documents/pdf/GeoTopo-komprimiert.pdf');
  return [
    ...(real
      ? [
          {
            name: 'PDF, a book of 117 pages',
            file: real,
            pages: 117,
            peer: ['pdftotext', real, '-'],
          } as const,
        ]
      : []),
    { name: 'PDF, 2,000 pages', file: pdf, pages: 2000, peer: ['pdftotext', pdf, '-'] },
    { name: 'DOCX, 20,000 paragraphs', file: docx, peer: ['pandoc', '-t', 'plain', docx] },
    { name: 'XLSX, 60,000 rows', file: xlsx, peer: ['unzip', '-p', xlsx] },
    { name: 'EPUB, 100 chapters', file: epub, peer: ['pandoc', '-t', 'plain', epub] },
    { name: 'HTML, 20,000 paragraphs', file: html, peer: ['pandoc', '-t', 'plain', html] },
    { name: 'CSV, 400,000 rows', file: csv, peer: ['python3', '-c', csvReader, csv] },
    { name: 'ZIP of 1,000 texts', file: zip, peer: ['unzip', '-p', zip] },
    {
      name: 'text of 100 MB',
      file: text,
      peer: ['python3', '-c', 'import sys; len(open(sys.argv[1]).read())', text],
    },
  ];
}

export async function measureReading(): Promise<readonly Row[]> {
  const folder = scratchFolder();
  const site = await openSite();
  try {
    const { page } = await site.visit();
    await scriptingReady(page);
    await addInput(page);
    const rows: Row[] = [];
    for (const one of cases(folder)) rows.push(await measure(page, one));
    return rows;
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
}

async function measure(page: Page, { name, file, pages, peer }: Case): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) times.push(await importOnce(page, file));
  const measured = median(times.slice(1)); // the first one fetches and starts the reader
  const amount = pages ?? statSync(file).size / 1e6;
  const rate = (amount / measured) * 1000;
  const speed = `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} ${pages ? 'pages' : 'MB'}/s`;
  const peerMs = peer ? timeOf(peer) : null;
  const beside =
    peerMs === null
      ? `${peer?.[0] ?? 'no tool'} is not here to compare with`
      : `${(measured / peerMs).toFixed(1)} × ${peer?.[0] ?? ''} (${peerMs.toFixed(0)} ms)`;
  return { name: `import: ${name}`, measured, unit: 'ms', floor: null, note: `${speed}; ${beside}` };
}

export async function addInput(page: Page): Promise<void> {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'bench-file' });
    document.body.append(input);
  });
}

/** Milliseconds from the file's handle to everything stored. */
async function importOnce(page: Page, file: string): Promise<number> {
  await page.setInputFiles('#bench-file', file);
  return page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('#bench-file');
    const startedAt = performance.now();
    const { id, documents } = await window.sonde.corpora.import([...(input?.files ?? [])], { name: 'bench' });
    const tookMs = performance.now() - startedAt;
    const problem = documents.find((document) => document.problem !== null)?.problem;
    if (problem) throw new Error(problem);
    await window.sonde.corpora.remove(id);
    return tookMs;
  });
}

/** Median milliseconds of a command with its output thrown away; null where it cannot be run. */
function timeOf([tool, ...args]: readonly [string, ...string[]]): number | null {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const { status } = spawnSync(tool, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    if (status !== 0) return null;
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
