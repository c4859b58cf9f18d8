/**
 * `npm run bench`: builds the app and measures it against its floors; ends with 1 when one is missed.
 * `npm run bench -- search reading` takes these measurements only.
 */

import { resolve } from 'node:path';
import { build, runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '../..');
await build({ root, logLevel: 'warn' });
/** @type {{ module: typeof import('./bench') }} */
const { module } = await runnerImport(resolve(import.meta.dirname, 'bench.ts'));
process.exit(await module.bench(process.argv.slice(2)));
