/** Builds the sandbox for Vite: `sandbox.html` with frame and worker inlined, and Pyodide's files beside it. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { packageListModule } from './package-list.ts';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

const MODULE_ID = 'virtual:sonde-python';
const PACKAGES_ID = 'virtual:sonde-packages';

/** The frame's policy: no network at all; code only from the page's own bytes. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' blob: 'wasm-unsafe-eval'; worker-src blob:; connect-src blob:";

const PYODIDE_FILES = {
  loader: 'pyodide.mjs',
  glue: 'pyodide.asm.mjs',
  wasm: 'pyodide.asm.wasm',
  stdlib: 'python_stdlib.zip',
} as const;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  zip: 'application/zip',
};

/** Path relative to the site's root → contents. */
type Files = Map<string, string | Uint8Array>;

interface Sandbox {
  readonly files: Files;
  /** The frame's one script as a source of a Content-Security-Policy: the page's own policy holds the frame too. */
  readonly scriptSource: string;
  /** The source of the virtual module: where things are, and what a snapshot depends on. */
  readonly manifest: string;
}

function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** One entry bundled into a classic script. */
async function bundle(entry: string, define: Record<string, string>): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    root: here,
    publicDir: false,
    define,
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      lib: { entry: join(here, entry), formats: ['iife'], name: 'sonde' },
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  const chunk = output && 'output' in output ? output.output[0] : undefined;
  if (!chunk) throw new Error(`nothing was built from ${entry}`);
  return chunk.code;
}

async function buildSandbox(base: string): Promise<Sandbox> {
  const worker = await bundle('repl.worker.ts', {});
  const frame = await bundle('frame.ts', { __SONDE_WORKER_SOURCE__: JSON.stringify(worker) });
  // Inside a script element only these could end it or hide its end.
  const script = frame.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Python</title><script>${script}</script>\n`;
  const files: Files = new Map<string, string | Uint8Array>([['sandbox.html', html]]);
  const packageFile = require.resolve('pyodide/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const urls: Record<string, string> = { sandbox: `${base}sandbox.html?${digest(html)}` };
  for (const [key, name] of Object.entries(PYODIDE_FILES)) {
    const bytes = readFileSync(join(dirname(packageFile), name));
    const path = `python/${version}-${digest(bytes)}/${name}`;
    files.set(path, bytes);
    urls[key] = base + path;
  }
  const manifest = { pyodideVersion: version, runtimeHash: digest(worker), urls };
  const scriptSource = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return { files, scriptSource, manifest: `export default ${JSON.stringify(manifest)};` };
}

/** What other parts of the build ask of it. */
export interface SandboxApi {
  scriptSource(): Promise<string>;
}

export function sandbox(): Plugin<SandboxApi> {
  let base = './';
  let pending: Promise<Sandbox> | null = null;
  const built = () => (pending ??= buildSandbox(base));
  return {
    name: 'sonde:sandbox',
    api: { scriptSource: async () => (await built()).scriptSource },
    configResolved(config) {
      base = config.command === 'serve' ? config.base.replace(/^\.?\/?$/, '/') : './';
    },
    resolveId: (id) => (id === MODULE_ID || id === PACKAGES_ID ? '\0' + id : null),
    load: async (id) => {
      if (id === '\0' + PACKAGES_ID) return packageListModule();
      return id === '\0' + MODULE_ID ? (await built()).manifest : null;
    },
    async generateBundle() {
      for (const [fileName, source] of (await built()).files)
        this.emitFile({ type: 'asset', fileName, source });
    },
    configureServer(server) {
      server.watcher.on('change', (path) => {
        if (path.startsWith(here)) pending = null;
      });
      server.middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
        if (path !== 'sandbox.html' && !path.startsWith('python/')) return next();
        built().then(({ files }) => {
          const body = files.get(path);
          if (body === undefined) return next();
          response.setHeader('Content-Type', CONTENT_TYPES[path.split('.').pop() ?? ''] ?? 'text/plain');
          if (path !== 'sandbox.html') response.setHeader('Cache-Control', 'max-age=31536000, immutable');
          response.end(body);
        }, next);
      });
    },
  };
}
