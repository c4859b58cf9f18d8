/** The static server behaves as GitHub Pages does: sub-path, types, no special header. */

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStaticServer, type StaticServer } from '../../fixtures/server/static-server';

let folder: string;
let server: StaticServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sonde-static-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<h1>Sonde</h1>');
  await writeFile(join(folder, 'assets/a.wasm'), 'wasm'.repeat(1000));
  server = await startStaticServer(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

it('serves a folder under its sub-path with the right types and no isolation headers', async () => {
  const page = await fetch(server.url);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toBe('<h1>Sonde</h1>');
  const wasm = await fetch(`${server.url}assets/a.wasm`);
  expect(wasm.headers.get('content-type')).toBe('application/wasm');
  expect((await wasm.arrayBuffer()).byteLength).toBe(4000);
  for (const name of [
    'cross-origin-opener-policy',
    'cross-origin-embedder-policy',
    'content-security-policy',
  ])
    expect(wasm.headers.get(name)).toBeNull();
});

it('leads to the folder, answers 304 to what is known and 404 to what is not there or outside', async () => {
  expect((await fetch(server.url.slice(0, -1))).url).toBe(server.url);
  const etag = (await fetch(server.url)).headers.get('etag') ?? '';
  expect((await fetch(server.url, { headers: { 'if-none-match': etag }, cache: 'no-store' })).status).toBe(
    304,
  );
  for (const path of ['/', '/sonde/none.js', '/sonde/..%2f..%2fetc/passwd'])
    expect((await fetch(server.origin + path)).status).toBe(404);
});

it('records what was asked for and how much was sent', async () => {
  server.hits.length = 0;
  await (await fetch(`${server.url}assets/a.wasm`)).arrayBuffer();
  expect(server.hits).toMatchObject([{ path: 'assets/a.wasm', status: 200 }]);
  expect(server.hits[0]?.sentBytes).toBeGreaterThan(10);
  expect(server.hits[0]?.sentBytes).toBeLessThan(1000); // compressed on the way
});
