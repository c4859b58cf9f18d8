/** Gives each new profile the memory snapshot of Python that the first one made: it starts as on a second visit. */

import { mkdirSync, renameSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** One file for each version of the interpreter and its runtime; `npm test` begins with an empty folder. */
const shelf = resolve(import.meta.dirname, '../../node_modules/.cache/sonde/python-snapshots');
const DIGEST = 'x-sonde-digest';

/**
 * Run before the page's own scripts: where Cache storage has no snapshot, the server is asked for one; what is kept
 * is given to the server too. The page checks the digest as always, and a run of it all from nothing is a test's
 * `cold` visit.
 */
export const WARM_PYTHON = `(() => {
  if (self !== top || !('Cache' in self)) return;
  const { match, put } = Cache.prototype;
  const fetch = self.fetch.bind(self);
  const isSnapshot = (key) => typeof key === 'string' && key.includes('/python-snapshot/');
  Cache.prototype.match = async function (key, ...rest) {
    const own = await match.call(this, key, ...rest);
    if (own || !isSnapshot(key)) return own;
    const shared = await fetch(key).catch(() => null);
    if (shared?.status !== 200) return undefined;
    put.call(this, key, shared.clone()).catch(() => undefined); // a page that is closed meanwhile keeps none
    return shared;
  };
  Cache.prototype.put = async function (key, response) {
    if (isSnapshot(key)) {
      const { headers } = response;
      await fetch(key, { method: 'PUT', headers, body: await response.clone().blob() }).catch(() => undefined);
    }
    return put.call(this, key, response);
  };
})()`;

/** Answers what `WARM_PYTHON` asks. @returns false for any other request, which is left as it is */
export async function servesSnapshot(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'http://host');
  if (!pathname.includes('/python-snapshot/')) return false;
  const file = join(shelf, basename(pathname));
  if (request.method === 'PUT') {
    await keep(file, String(request.headers[DIGEST]), await buffer(request));
    response.writeHead(204).end();
    return true;
  }
  const kept = await readFile(file).catch(() => null);
  if (kept === null) {
    response.writeHead(204).end();
    return true;
  }
  const split = kept.indexOf('\n');
  response.writeHead(200, { [DIGEST]: kept.toString('latin1', 0, split), 'cache-control': 'no-store' });
  response.end(kept.subarray(split + 1));
  return true;
}

/** The digest is the file's first line. Two files of tests may make one at once: the last stays, whole. */
async function keep(file: string, digest: string, snapshot: Buffer): Promise<void> {
  mkdirSync(shelf, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, Buffer.concat([Buffer.from(`${digest}\n`), snapshot]));
  renameSync(unfinished, file);
}
