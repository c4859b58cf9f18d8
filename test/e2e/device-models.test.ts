/** What needs several tabs, or browsers started in several ways: GPUs of all kinds, and tabs that share a download. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { deviceCatalogue } from '../../src/adapters/device/vite-catalogue';
import { bestChoice, fitOf } from '../../src/core/models/device-fit';
import type { GpuReport } from '../../src/core/models/device';
import { chromiumArgs, findChromium, findFirefox } from '../browsers.mjs';
import { serveModel } from '../fixtures/model-files/model-host';
import { startModelServer, type ModelServer } from '../fixtures/model-files/model-server';
import { startStaticServer, type StaticServer } from '../fixtures/server/static-server';

const firefox = findFirefox();
let site: StaticServer;
let host: ModelServer;

beforeAll(async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'sonde-device-lab-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: resolve(import.meta.dirname, '../fixtures/model-files/lab'),
    base: './',
    plugins: [deviceCatalogue()],
    build: { outDir, target: 'es2023', emptyOutDir: false },
  });
  [site, host] = await Promise.all([startStaticServer(outDir), startModelServer()]);
});
afterAll(() => Promise.all([site.close(), host.close()]));

async function withBrowser<T>(args: readonly string[], use: (browser: Browser) => Promise<T>): Promise<T> {
  const executablePath = findChromium() ?? '';
  const browser = await chromium.launch({ executablePath, args: [...chromiumArgs, ...args] });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

async function lab(open: () => Promise<Page>): Promise<Page> {
  const page = await open();
  await page.goto(site.url);
  await page.waitForFunction(() => 'deviceLab' in window);
  return page;
}

const reportOf = (args: readonly string[]): Promise<GpuReport> =>
  withBrowser(args, async (browser) => {
    const page = await lab(() => browser.newPage());
    return page.evaluate(() => window.deviceLab.models.gpu());
  });

test('a browser without a GPU is told what to do; nothing is offered', async () => {
  const report = await reportOf([]);
  expect(report.problem).toMatchObject({ code: 'gpu-unavailable' });
  expect(report.problem?.hint).toMatch(/driver/);
});

test('a computed GPU is seen as one: no 16-bit arithmetic, the smallest model as its 32-bit twin', async () => {
  const gpu = await reportOf(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']);
  expect(gpu).toMatchObject({ problem: null, software: true, shaderF16: false });
  expect(gpu.maxStorageBuffersPerStage).toBeGreaterThanOrEqual(10);
  expect(gpu.maxWorkgroupStorageBytes).toBeGreaterThanOrEqual(32 << 10);
  expect(gpu.maxBufferBytes).toBeGreaterThanOrEqual(2 ** 28);
  expect(gpu.deviceMemoryBytes).toBeGreaterThan(0);
  const catalogue = await withBrowser([], async (browser) => {
    const page = await lab(() => browser.newPage());
    return page.evaluate(() => window.deviceLab.models.catalogue());
  });
  expect(bestChoice(gpu, catalogue)?.model.id).toBe('Qwen2.5-Coder-0.5B-Instruct-q4f32_1-MLC');
  const gemma = catalogue.find(({ id }) => id === 'gemma3-1b-it-q4f16_1-MLC');
  expect(gemma && fitOf(gpu, gemma, catalogue).verdict).toBe('cannot');
});

test('two tabs fetch one model once: the second looks on, and takes over when the first is closed', async () => {
  const { model, hits } = await serveModel(host.origin, 'shared', {
    shardBytes: Array.from({ length: 24 }, () => 200_000),
    chunkBytes: 25_000,
    chunkDelayMs: 25,
  });
  await withBrowser([], async (browser) => {
    const context = await browser.newContext();
    const first = await lab(() => context.newPage());
    const second = await lab(() => context.newPage());
    await first.evaluate((model) => window.deviceLab.start(model), model);
    await first.waitForFunction(() => window.deviceLab.told.some(({ bytes }) => bytes > 0));
    await second.evaluate((model) => window.deviceLab.start(model), model);
    await second.waitForFunction(() =>
      window.deviceLab.told.some(({ bytes, elsewhere }) => elsewhere && bytes > 400_000),
    );
    await first.close();
    await second.waitForFunction(() => window.deviceLab.outcome !== '');
    expect(await second.evaluate(() => window.deviceLab.outcome)).toBe('done');
    expect(await second.evaluate((model) => window.deviceLab.models.kept(model), model)).toMatchObject({
      state: 'complete',
    });
    expect(await second.evaluate(() => window.deviceLab.told.at(-1)?.elsewhere)).toBe(false);
    // Every file once, but for those that were under way in the tab that was closed.
    expect((await hits()).length).toBeLessThanOrEqual(2 + 2 + 24 + 4);

    const third = await lab(() => context.newPage());
    await third.evaluate((model) => window.deviceLab.start(model), model);
    await third.waitForFunction(() => window.deviceLab.outcome === 'done');
    const bad = await third.evaluate(
      (model) => window.deviceLab.models.verify(model, () => undefined, new AbortController().signal),
      model,
    );
    expect(bad).toEqual([]);
  });
});

test.skipIf(firefox === null)(
  `Firefox fetches a model through a cut connection and a damaged file${firefox === null ? ' (skipped: none is installed)' : ''}`,
  async () => {
    const { model, break: fail } = await serveModel(host.origin, 'firefox', {
      shardBytes: [900_000, 200_000],
    });
    await fail({
      'params_shard_0.bin': [{ cutAfter: 500_000 }],
      'params_shard_1.bin': [{ corrupt: true }],
    });
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: firefox ?? '',
      headless: true,
    });
    try {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => 'deviceLab' in window);
      const fetchOnce = async () => {
        await page.evaluate((served) => {
          window.deviceLab.outcome = '';
          window.deviceLab.start(JSON.parse(served) as typeof model);
        }, JSON.stringify(model));
        await page.waitForFunction(() => window.deviceLab.outcome !== '');
        return page.evaluate(() => window.deviceLab.outcome);
      };
      expect(await fetchOnce()).toMatch(/params_shard_1\.bin is not the file/);
      expect(await fetchOnce()).toBe('done');
      const kept = await page.evaluate(
        (served) => window.deviceLab.models.kept(JSON.parse(served) as typeof model),
        JSON.stringify(model),
      );
      expect(kept.state).toBe('complete');
    } finally {
      await browser.close();
    }
  },
);
