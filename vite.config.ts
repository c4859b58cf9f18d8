import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs, findChromium } from './test/browsers.mjs';
import { deviceCatalogue } from './src/adapters/device/vite-catalogue.ts';
import { cpythonTimer } from './test/bench/cpython.ts';
import { serveTestData } from './test/browser/repl/serve-data.ts';
import { modelServer } from './test/fixtures/model-files/vite-model-server.ts';
import { offline } from './workers/offline/vite-offline.ts';
import { sandbox } from './workers/python/vite-sandbox.ts';
import { readers } from './workers/readers/vite-readers.ts';

const python = sandbox();

/**
 * The page's own policy: its scripts and WebAssembly only; https and loopback; no remote images. The frame Python runs
 * in comes from a blob and so inherits it: its one script, named by digest, and its blobs are allowed for that.
 */
const contentSecurityPolicy = (frameScript: string) =>
  [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' blob: ${frameScript}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' blob: https: http://localhost:* http://127.0.0.1:*",
    "worker-src 'self' blob:",
    'frame-src blob:',
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** Real browsers on two shared cores miss a deadline now and then; what fails three times in a row has failed. */
const busyMachineRetries = 2;

/** As long as Playwright waits for what is on the page; Vitest's own second is short for a run to get going. */
const patientPoll = { poll: { timeout: 30_000 } };

/** What looks at how long things take runs alone; the other end-to-end tests two at a time. */
const timedTests = [
  'test/e2e/{background,core-flow,firefox,many-calls,on-device,tabs,updates}.test.ts',
  'test/e2e/escape/forgery.test.ts',
];

export default defineConfig({
  base: './',
  plugins: [
    svelte({ configFile: false, preprocess: vitePreprocess() }),
    python,
    readers(),
    offline(),
    deviceCatalogue(),
    {
      name: 'sonde:csp',
      apply: 'build',
      transformIndexHtml: async () => [
        {
          tag: 'meta',
          attrs: {
            'http-equiv': 'Content-Security-Policy',
            content: contentSecurityPolicy((await python.api?.scriptSource()) ?? ''),
          },
          injectTo: 'head-prepend',
        },
      ],
    },
  ],
  build: { target: 'es2023', assetsInlineLimit: 0 },
  worker: { format: 'es' },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          // Loading the same modules anew for every file would take longer than the tests; none of them keeps anything.
          pool: 'threads',
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        plugins: [serveTestData(), modelServer()],
        // Found late, they would make Vite reload a test that is running.
        optimizeDeps: {
          include: [
            'comlink',
            'dexie',
            'valibot',
            'jschardet',
            'htmlparser2',
            'hash-wasm',
            '@mlc-ai/web-llm',
            'pdfjs-dist/legacy/build/pdf.mjs',
            'pdfjs-dist/legacy/build/pdf.worker.mjs',
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          retry: busyMachineRetries,
          hookTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? '', args: chromiumArgs },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: timedTests,
          environment: 'node',
          testTimeout: 120_000,
          expect: patientPoll,
          retry: busyMachineRetries,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-timed',
          include: timedTests,
          environment: 'node',
          testTimeout: 120_000,
          expect: patientPoll,
          retry: busyMachineRetries,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        plugins: [cpythonTimer()],
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: findChromium() ?? '',
                args: [...chromiumArgs, '--enable-precise-memory-info'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
