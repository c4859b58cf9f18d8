/** Times CPython on this machine, for the page to compare itself with. Answers under `/cpython-read`. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';

const SCRIPT = `
import sys, time
def read():
    start = time.perf_counter()
    with open(sys.argv[1], encoding='utf-8') as file:
        file.read()
    return (time.perf_counter() - start) * 1000
read()
print(sorted(read() for _ in range(5))[2])
`;

/** Milliseconds CPython takes to read a text file of `sizeBytes` of ASCII; the median of five. */
async function timeRead(sizeBytes: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  try {
    const file = join(folder, 'text.txt');
    const line = 'The quick brown fox jumps over the lazy dog, and so it goes on.\n';
    writeFileSync(file, line.repeat(Math.ceil(sizeBytes / line.length)).slice(0, sizeBytes));
    const { stdout } = await promisify(execFile)('python3', ['-c', SCRIPT, file]);
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function cpythonTimer(): Plugin {
  return {
    name: 'sonde:cpython-timer',
    configureServer(server) {
      server.middlewares.use('/cpython-read', (request, response) => {
        const size = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('bytes'));
        timeRead(size).then(
          (ms) => response.end(JSON.stringify({ ms })),
          (error: unknown) => response.end(JSON.stringify({ problem: String(error) })),
        );
      });
    },
  };
}
