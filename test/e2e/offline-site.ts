/** A host whose files can be replaced and which can go away, as a real one does, and a browser that keeps the site. */

import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startStaticServer, type StaticServer } from '../fixtures/server/static-server';
import { scratchFolder } from './harness';

const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));

export const READY = /Ready for offline\. /;

export class Host {
  readonly folder = scratchFolder();
  readonly #headers: Readonly<Record<string, string>>;
  #server: StaticServer | null = null;
  #port = 0;

  constructor(headers: Readonly<Record<string, string>> = {}) {
    this.#headers = headers;
    cpSync(dist, this.folder, { recursive: true });
  }

  async up(): Promise<void> {
    this.#server = await startStaticServer(this.folder, { port: this.#port, headers: this.#headers });
    this.#port = Number(new URL(this.#server.origin).port);
  }

  async down(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async close(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/sonde/`;
  }

  /** Paths sent whole since the last `up`, one for each time. */
  get sent(): string[] {
    return (this.#server?.hits ?? []).filter(({ status }) => status === 200).map(({ path }) => path);
  }
  get asked(): string[] {
    return (this.#server?.hits ?? []).map(({ path }) => path);
  }

  /** Bodies on the wire since the last `up`. */
  get sentBytes(): number {
    return (this.#server?.hits ?? []).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  /** Puts a file back as it was built. */
  restore(path: string): void {
    cpSync(join(dist, path), join(this.folder, path));
  }

  /** A file among `assets/`, by the beginning of its name. */
  asset(start: string): string {
    const name = readdirSync(join(this.folder, 'assets')).find((one) => one.startsWith(start));
    if (name === undefined) throw new Error(`no asset begins with ${start}`);
    return `assets/${name}`;
  }

  /**
   * Publishes another version over this one, as a new build does: every script and style has a new name, the old ones
   * are gone, Python's files are the same. Its page says which version it is.
   */
  publishNext(version: string): void {
    const assets = join(this.folder, 'assets');
    const names = readdirSync(assets);
    const renamed = names.map((name) => [name, name.replace(/\.(js|css)$/, `-${version}.$1`)] as const);
    for (const [from, to] of renamed) renameSync(join(assets, from), join(assets, to));
    const texts = [...renamed.map(([, to]) => `assets/${to}`), 'index.html', 'service-worker.js'];
    for (const path of texts)
      this.#edit(path, (text) => renamed.reduce((all, [from, to]) => all.replaceAll(from, to), text));
    this.#edit('index.html', (text) =>
      text.replace('<head>', `<head><meta name="version" content="${version}">`),
    );
    this.#edit('service-worker.js', (text) =>
      text.replace(/\{"bytes":\d+,"path":"([^"]+)","sha256":"\w+"/g, (_, path: string) => {
        const bytes = readFileSync(join(this.folder, path));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return `{"bytes":${bytes.length},"path":"${path}","sha256":"${sha256}"`;
      }),
    );
  }

  #edit(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }
}

export interface Tab {
  readonly page: Page;
  readonly complaints: string[];
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? '', args: [...chromiumArgs] });
}

export async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.waitForFunction(() => 'sonde' in window);
  return { page, complaints };
}

/** Opens the settings and waits until they say that the copy is whole. */
export async function waitUntilReady(page: Page): Promise<void> {
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByText(READY).waitFor({ timeout: 30_000 });
}

export function versionOf(page: Page): Promise<string> {
  return page.evaluate(
    () => document.querySelector('meta[name=version]')?.getAttribute('content') ?? 'first',
  );
}

/** Names of everything kept for offline use, relative to the site. */
export function keptPaths(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const name = (await caches.keys()).find((one) => one.startsWith('sonde-offline'));
    if (name === undefined) return [];
    const requests = await (await caches.open(name)).keys();
    return requests.map(({ url }) => new URL(url).pathname.replace('/sonde/', ''));
  });
}
