/** A corpus of 6 GB gone through by an interpreter that can have 4: what it takes, and whether it ends well. */

import { rmSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { buildLab } from '../fixtures/lab/build-lab';
import { startStaticServer } from '../fixtures/server/static-server';
import type { Row } from './figures';

const DOCUMENTS = 60;
const DOCUMENT_BYTES = 100_000_000;

const CODE = `
import json
least = min(len(document) for document in context)
loaded = [item.loaded() for item in list.__iter__(context)]
print(json.dumps([least, sum(len(text) for text in loaded if text is not None)]))`;

export async function measureBeyondMemory(): Promise<readonly Row[]> {
  const folder = await buildLab();
  const server = await startStaticServer(folder);
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: chromiumArgs });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => 'lab' in window);
    const { tookMs, stdout, stderr } = await page.evaluate(
      async ({ count, size, code }) => {
        const line = 'The quick brown fox jumps over the lazy dog, and so it goes on for ever.\n';
        const piece = new Blob([line.repeat(16_384)]);
        const utf8 = new Blob(Array.from({ length: Math.ceil(size / piece.size) }, () => piece)).slice(
          0,
          size,
        );
        // Slices of one blob may overlap: all documents have the same bytes.
        const documents = Array.from({ length: count }, (_, i) => ({
          ...{ id: String(i), name: `${String(i)}.txt`, chars: size, byteStart: 0, byteEnd: size },
        }));
        const context = {
          ...{ kind: 'documents' as const, typeName: 'list', documents, chars: count * size },
          open: () => Promise.resolve({ kind: 'documents' as const, utf8, documents }),
        };
        const repls = window.lab.createReplFactory({ width: 1 });
        const onSubcall = () => Promise.reject(new Error('no model'));
        const repl = await repls.open({ context, onSubcall }, new AbortController().signal);
        const startedAt = performance.now();
        const { stdout, stderr } = await window.lab.cell(repl, code, { computeTimeoutMs: 300_000 });
        repls.close();
        return { tookMs: performance.now() - startedAt, stdout, stderr };
      },
      { count: DOCUMENTS, size: DOCUMENT_BYTES, code: CODE },
    );
    if (stderr !== '') throw new Error(stderr);
    const [least, held] = JSON.parse(stdout) as [number, number];
    if (least !== DOCUMENT_BYTES) throw new Error(`a document of ${String(least)} characters was read`);
    return [
      {
        name: `${String(DOCUMENTS)} documents of 100 MB read once each`,
        measured: tookMs,
        unit: 'ms',
        floor: null,
        note: `${((DOCUMENTS * DOCUMENT_BYTES) / 1e3 / tookMs).toFixed(0)} MB/s`,
      },
      { name: 'text held when all are read', measured: held / 1e6, unit: 'MB', floor: { most: 620 } },
    ];
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}
