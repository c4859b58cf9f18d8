/**
 * Damaged PDFs end in time, as text or with a named problem. Ten as a rule; more by hand:
 * `VITE_FUZZ_CASES=1000 npx vitest run --project browser test/browser/ingest/pdf-fuzz.test.ts`
 */

import { expect, test } from 'vitest';
import { GREY, lines, smallPdf } from '../../fixtures/small-pdf';
import { sharedFile } from './pdf-kit';
import type { FuzzReply } from './pdf-fuzz.worker';

const CASES = Number(import.meta.env['VITE_FUZZ_CASES'] ?? 10);
const SEED = Number(import.meta.env['VITE_FUZZ_SEED'] ?? 1);
const LIMIT_MS = 10_000;

const REAL =
  'minimal-document pdflatex-4-pages pdflatex-outline multicolumn pdflatex-forms with-attachment noembed-eucjp simple1 jo ' +
  'korean-text-with-tables layout-parser-paper-fast copy-protected fr_olap all-number-table REPAIR-2022-INV-001_multipage';

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Damages a file in one to four places. */
function damage(whole: Uint8Array, next: () => number): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(whole);
  const below = (limit: number) => Math.floor(next() * limit);
  for (let times = 1 + below(4); times > 0 && bytes.length > 8; times--) {
    const at = below(bytes.length);
    const length = 1 + below(Math.min(400, bytes.length - at));
    const kind = below(6);
    if (kind === 0) for (let i = 0; i < 20; i++) bytes[below(bytes.length)] = below(256);
    else if (kind === 1) bytes = bytes.slice(0, at);
    else if (kind === 2) bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
    else if (kind === 3)
      bytes = joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    else if (kind === 4) {
      // other numbers: references, lengths, offsets, sizes
      for (let i = at, changed = 0; i < bytes.length && changed < 6; i++)
        if ((bytes[i] ?? 0) >= 0x30 && (bytes[i] ?? 0) <= 0x39 && ++changed) bytes[i] = 0x30 + below(10);
    } else {
      const from = below(bytes.length - 1);
      bytes.copyWithin(at, from, Math.min(bytes.length, from + length));
    }
  }
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function originals(): Promise<Uint8Array[]> {
  const own = smallPdf({
    pages: [{ content: lines(['One', 'Two']) }, { content: 'q 600 0 0 800 0 0 cm /Im Do Q' }],
    objects: { 5: GREY },
  });
  const real = await Promise.all(REAL.split(' ').map((name) => sharedFile(`pdf/${name}.pdf`)));
  const files = [own, ...real.filter((file) => file !== null)];
  return Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
}

/** How one file ends; a worker that is silent for too long is ended. */
function endOf(worker: Worker, file: Blob): Promise<FuzzReply | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(null);
    }, LIMIT_MS);
    worker.onmessage = ({ data }: MessageEvent<FuzzReply>) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.postMessage(file);
  });
}

test(
  `${String(CASES)} damaged files end in time, with text or a named problem`,
  { timeout: CASES * LIMIT_MS },
  async () => {
    const files = await originals();
    const next = random(SEED);
    const start = () => new Worker(new URL('./pdf-fuzz.worker.ts', import.meta.url), { type: 'module' });
    let worker = start();
    await endOf(worker, new Blob()); // its modules load meanwhile
    const ends = new Map<string, number>();
    const bad: string[] = [];
    for (let i = 0; i < CASES; i++) {
      const index = Math.floor(next() * files.length);
      const bytes = damage(files[index] ?? new Uint8Array(), next);
      const startedAt = performance.now();
      const reply = await endOf(worker, new Blob([bytes]));
      const name = `case ${String(i)}, file ${String(index)}`;
      if (!reply) {
        worker.terminate();
        worker = start();
        await endOf(worker, new Blob());
        bad.push(`${name} hangs`);
      } else if ([reply.ended, reply.drawn].includes('internal'))
        bad.push(`${name}: ${reply.message} ${reply.drawn}`);
      const slow = performance.now() - startedAt > LIMIT_MS / 2 ? ' slow' : '';
      const key = `${reply?.ended ?? 'hangs'}/${reply?.drawn ?? ''}${slow}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    worker.terminate();
    console.log(JSON.stringify(Object.fromEntries(ends)), bad.slice(0, 20));
    expect(bad).toEqual([]);
  },
);
