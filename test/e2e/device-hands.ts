/** What tests of the Models place do beside the page: serve a small model, look into what is kept of it, take pictures. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { serveModel, type ServedModel } from '../fixtures/model-files/model-host';
import { settledFaults } from './look-checks';

const shots = process.env['SONDE_SHOTS'];

/** Everything wrong with the page at four sizes and themes. With `SONDE_SHOTS`, pictures of each go to that folder. */
export async function look(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [width, colorScheme] of [
    [320, 'dark'],
    [1280, 'light'],
    [390, 'light'],
    [1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(150);
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
    }
    for (const fault of await settledFaults(page)) faults.push(`${name} ${String(width)}: ${fault}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

/** Ten shards of 400 KB, the same bytes each time. */
export function serveTiny(
  origin: string,
  speed: { readonly chunkBytes?: number; readonly chunkDelayMs?: number } = {},
): Promise<ServedModel> {
  return serveModel(origin, 'tiny', {
    shardBytes: Array.from({ length: 10 }, () => 400_000),
    config: { quantization: 'q4f32_1', context_window_size: 4096 },
    ...speed,
  });
}

/** Names of the files of models that are kept. */
export function storedFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('webllm/'));
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => url.replace(/.*\//, ''));
  });
}

/** One bit of a kept file is another. */
export async function spoil(page: Page, file: string): Promise<void> {
  await page.evaluate(async (file) => {
    const cache = await caches.open('webllm/model');
    const shard = (await cache.keys()).find(({ url }) => url.endsWith(file));
    const response = shard && (await cache.match(shard));
    if (!response) throw new Error(`${file} is not kept`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await cache.put(shard, new Response(bytes, { headers: response.headers }));
  }, file);
}

/** Where root and sub-model run, as the Models place shows it: `device`, `reader`, a connection's id, or `same` for a sub-model that is the root. */
export async function rolesOf(page: Page): Promise<string[]> {
  const where = (role: string) =>
    page.getByRole('group', { name: role }).getByLabel('Where it runs').inputValue();
  const sub = await where('Sub-model');
  return [await where('Root model'), sub === 'none' ? 'same' : sub];
}
