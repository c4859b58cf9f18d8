/**
 * `npm run fuzz -- --cases 5000 --first 1 --only docx --threads 2`: tries the readers with broken files. Cases are numbered
 * from `first`; the same number is the same file. `only` takes files with this in their names; a case may take `seconds`.
 */

import { resolve } from 'node:path';
import { build, runnerImport } from 'vite';

const here = import.meta.dirname;
// The bundle cannot find it from where it lies.
process.env['SONDE_DATA'] ??= resolve(here, '../../../shared/data');
// Beside the packages, so that those are found from there.
const outDir = resolve(here, '../../node_modules/.cache/sonde/fuzz');
await build({
  configFile: false,
  logLevel: 'warn',
  root: here,
  publicDir: false,
  build: {
    ssr: resolve(here, 'fuzz.worker.ts'),
    outDir,
    emptyOutDir: true,
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'fuzz.worker.mjs' } },
  },
});
/** @type {{ module: typeof import('./fuzz') }} */
const { module } = await runnerImport(resolve(here, 'fuzz.ts'));
process.exit(await module.fuzz(resolve(outDir, 'fuzz.worker.mjs')));
