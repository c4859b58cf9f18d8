/** Builds the readers for Vite: their worker as a classic script, each heavy module as one file, their data as packs. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { build, type Plugin } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

const MODULE_ID = 'virtual:sonde-readers';

/** Each is a file of this folder. The worker is a classic script: a blob's module worker fails without an origin. */
const SCRIPTS = {
  worker: { entry: 'reader.worker.ts', format: 'iife' },
  pdf: { entry: 'pdf.ts', format: 'es' },
  docx: { entry: 'docx.ts', format: 'es' },
  article: { entry: 'article.ts', format: 'es' },
  ocr: { entry: 'ocr.ts', format: 'es' },
} as const;

/** Data files by the package they come from: `[package, folder in it, name pattern, folder in the pack]`. */
const PACKS = {
  'pdf-data': [
    ['pdfjs-dist', 'cmaps', /\.bcmap$/, 'cmaps'],
    ['pdfjs-dist', 'standard_fonts', /\.(?:pfb|ttf)$/, 'standard_fonts'],
    ['pdfjs-dist', 'wasm', /\.wasm$/, 'wasm'],
  ],
  'ocr-data': [
    ['tesseract.js-core', '.', /^tesseract-core-simd-lstm\.(?:js|wasm)$/, '.'],
    ['@tesseract.js-data/eng', '4.0.0_best_int', /\.traineddata\.gz$/, '.'],
  ],
} as const;

type ReaderFileName = keyof typeof SCRIPTS | keyof typeof PACKS;
const NAMES = [...Object.keys(SCRIPTS), ...Object.keys(PACKS)] as ReaderFileName[];

const isScript = (name: ReaderFileName): name is keyof typeof SCRIPTS => name in SCRIPTS;

async function script(name: keyof typeof SCRIPTS): Promise<string> {
  const { entry, format } = SCRIPTS[name];
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    root: here,
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      lib: { entry: join(here, entry), formats: [format], name: 'sonde' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  const chunk = output && 'output' in output ? output.output[0] : undefined;
  if (!chunk) throw new Error(`nothing was built from ${entry}`);
  return chunk.code;
}

function pack(name: keyof typeof PACKS): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const [packageName, folder, pattern, target] of PACKS[name]) {
    const from = join(dirname(require.resolve(`${packageName}/package.json`)), folder);
    for (const file of readdirSync(from).filter((one) => pattern.test(one)))
      files[target === '.' ? file : `${target}/${file}`] = readFileSync(join(from, file));
  }
  // Most of it is compressed already; a fixed time keeps equal packs equal.
  return zipSync(files, { level: 6, mtime: '1980-01-01' });
}

interface Built {
  readonly path: string;
  readonly body: string | Uint8Array;
}

async function builtFile(name: ReaderFileName): Promise<Built> {
  const body = isScript(name) ? await script(name) : pack(name);
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `readers/${name}-${digest}.${isScript(name) ? 'js' : 'zip'}`, body };
}

export function readers(): Plugin {
  let isServing = false;
  const pending = new Map<ReaderFileName, Promise<Built>>();
  const built = (name: ReaderFileName): Promise<Built> => {
    const file = pending.get(name) ?? builtFile(name);
    pending.set(name, file);
    return file;
  };
  return {
    name: 'sonde:readers',
    configResolved(config) {
      isServing = config.command === 'serve';
    },
    resolveId: (id) => (id === MODULE_ID ? '\0' + id : null),
    async load(id) {
      if (id !== '\0' + MODULE_ID) return null;
      const urls: Record<string, string> = {};
      // Served in development they are built when first asked for; in a build each has the digest of its content.
      for (const name of NAMES) urls[name] = isServing ? `/readers/${name}` : `./${(await built(name)).path}`;
      return `export default ${JSON.stringify(urls)};`;
    },
    async generateBundle() {
      for (const name of NAMES) {
        const { path, body } = await built(name);
        this.emitFile({ type: 'asset', fileName: path, source: body });
      }
    },
    configureServer(server) {
      server.watcher.on('change', (path) => {
        if (path.startsWith(here) || path.includes('/src/')) pending.clear();
      });
      server.middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        const name = NAMES.find((one) => path === `/readers/${one}`);
        if (!name) return next();
        built(name).then(({ body }) => {
          response.setHeader('Content-Type', isScript(name) ? 'text/javascript' : 'application/zip');
          response.end(body);
        }, next);
      });
    },
  };
}
