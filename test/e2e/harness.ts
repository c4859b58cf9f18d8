/** The built app served as GitHub Pages serves it, and a real Chromium to use it with. */

import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startStaticServer, type StaticServer } from '../fixtures/server/static-server';
import { servesSnapshot, WARM_PYTHON } from './warm-python';

/** `SONDE_DIST` names another build than the usual one, e.g. to look at two side by side. */
const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));

export interface Site {
  readonly server: StaticServer;
  readonly browser: Browser;
  /** A fresh profile each, as a new visitor has. */
  visit(options?: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly forcedColors?: 'active' | 'none';
  /** Fragment to open, with its `#`. */
  readonly fragment?: string;
  /** JavaScript run before the page's own. */
  readonly before?: string;
  /** Whether the page may keep itself for offline use. By default it cannot, so that every test loads what was built. */
  readonly offlineCopy?: boolean;
  /** Whether Python starts from nothing, as on the first visit ever. By default it has a snapshot, as on any later one. */
  readonly cold?: boolean;
}

/** As in a private window: the property is not there. */
const WITHOUT_SERVICE_WORKER = 'delete Navigator.prototype.serviceWorker';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors and warnings of the console and uncaught exceptions, so far. */
  readonly complaints: string[];
  /** URLs requested from anywhere but the site itself, so far. */
  readonly strangers: string[];
}

/** A GPU computed by the processor, where there is none. */
export const SOFTWARE_GPU: readonly string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Starts server and browser. @param flags more of the browser's own @throws when the app has not been built */
export async function openSite(flags: readonly string[] = []): Promise<Site> {
  if (!existsSync(join(dist, 'index.html')))
    throw new Error('The app is not built: run `npm run build` first.');
  const server = await startStaticServer(dist, { before: servesSnapshot });
  const executablePath = findChromium() ?? '';
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumArgs, '--ignore-certificate-errors', ...flags],
  });
  return {
    server,
    browser,
    visit: (options) => visit(browser, server, options),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function visit(browser: Browser, server: StaticServer, options: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: options.reducedMotion ?? 'no-preference',
    forcedColors: options.forcedColors ?? 'none',
    ignoreHTTPSErrors: true,
  });
  const complaints: string[] = [];
  const strangers: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(server.origin) && !/^(data|blob):/.test(url)) strangers.push(url);
  });
  if (!options.offlineCopy) await context.addInitScript(WITHOUT_SERVICE_WORKER);
  if (!options.cold) await context.addInitScript(WARM_PYTHON);
  if (options.before !== undefined) await context.addInitScript(options.before);
  const page = await context.newPage();
  page.on('console', (message) => {
    // Chromium's own words on a machine without a GPU, when asked for one.
    if (message.text() === 'No available adapters.') return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.url + (options.fragment ?? ''));
  return { context, page, complaints, strangers };
}

/** A folder that is removed with the machine's temporary files. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sonde-'));
}

/** Waits until `window.sonde` is there. */
export async function scriptingReady(page: Page): Promise<void> {
  await page.waitForFunction(() => 'sonde' in window);
}
