/** Builds the service worker, and the list of every file of the site with its digest that it keeps for offline use. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import type { OfflineFile } from './messages';

/** Not needed to use the app, or fetched only once the user has agreed to it. */
const LEFT_OUT = ['service-worker.js', 'screenshot.png', '**/*.map', 'readers/ocr*'];

const MAX_FILE_BYTES = 64_000_000;

/** Files whose name carries a digest of their content: a page may ask for those of an older version. */
const NAMED_BY_CONTENT = /^(assets|python|readers)\//;

export function offline(): PluginOption[] {
  let outDir = '';
  return [
    {
      name: 'sonde:offline',
      apply: 'build',
      configResolved: ({ root, build }) => {
        outDir = resolve(root, build.outDir);
      },
    },
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest: false,
      includeManifestIcons: false,
      injectManifest: {
        rollupFormat: 'iife',
        target: 'es2023',
        globPatterns: ['**/*'],
        globIgnores: LEFT_OUT,
        maximumFileSizeToCacheInBytes: MAX_FILE_BYTES,
        manifestTransforms: [
          (entries) => ({ manifest: describe(entries, outDir) as unknown as typeof entries }), // our own fields instead
        ],
      },
    }),
  ];
}

/** In the order they are fetched: what a first page needs, then the rest of the app, then Python, then the large ones. */
function describe(entries: readonly { url: string }[], outDir: string): OfflineFile[] {
  const index = readFileSync(join(outDir, 'index.html'), 'utf8');
  const started = new Set([...index.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1]));
  const files = entries.map(({ url }) => {
    const bytes = readFileSync(join(outDir, url));
    const isShell = !NAMED_BY_CONTENT.test(url) || started.has(url);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { path: url, sha256, bytes: bytes.length, shell: isShell };
  });
  const [, entry] = /<script type="module"[^>]*src="\.\/([^"]+)"/.exec(index) ?? [];
  if (entry === undefined) throw new Error('index.html names no script to start with');
  const order = (file: OfflineFile) => (file.path === entry ? -1 : rank(file)); // `entryOf` takes the first script
  return files.toSorted((a, b) => order(a) - order(b) || a.bytes - b.bytes);
}

function rank({ path, shell, bytes }: OfflineFile): number {
  if (shell) return 0;
  if (path.startsWith('python/') || path.startsWith('readers/')) return 2;
  return bytes < 2_000_000 ? 1 : 3;
}
