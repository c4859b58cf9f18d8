/** Pyodide's pinned list of packages as the build hands it to the page: without what nothing here reads. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What an entry of Pyodide's own list holds, as far as it is read here. */
interface LockEntry {
  readonly version: string;
  readonly file_name: string;
  readonly sha256: string;
  readonly imports: readonly string[];
  readonly depends: readonly string[];
  readonly install_dir: string;
}

/** The source of the virtual module; `src/adapters/packages/lock.ts` reads it. The tests of packages are left out. */
export function packageListModule(): string {
  const file = createRequire(import.meta.url).resolve('pyodide/pyodide-lock.json');
  const text = readFileSync(file, 'utf8');
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, LockEntry>> };
  const kept = Object.entries(packages).filter(([name]) => !name.endsWith('-tests'));
  const trimmed = kept.map(([name, { version, file_name, sha256, imports, depends, install_dir }]) => {
    const target = install_dir === 'dynlib' ? 'dynlib' : 'site';
    return [name, { version, fileName: file_name, sha256, imports, depends, target }] as const;
  });
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const table = JSON.stringify({ id, packages: Object.fromEntries(trimmed) });
  // As a string: engines parse JSON faster than they parse the same as JavaScript.
  return `export default JSON.parse(${JSON.stringify(table)});`;
}
