/** The floors of the house: imports go down only, never in a circle, and the core imports no product. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Floor of each part; workers stand beside the adapters. Tests and build files stand outside. */
const floors: readonly (readonly [prefix: string, floor: number])[] = [
  ['src/core/', 1],
  ['src/adapters/', 2],
  ['workers/', 2],
  ['src/app/', 3],
  ['src/ui/', 4],
  ['src/main.ts', 5],
];

/** Packages the core may use: they do no input or output and know no product. */
const corePackages = ['valibot', '@cfworker/json-schema'];

function floorOf(path: string): number | null {
  return floors.find(([prefix]) => path.startsWith(prefix))?.[1] ?? null;
}

function sourceFiles(): string[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter((path) => ['.ts', '.svelte'].includes(extname(path))),
  );
}

/** Specifiers of static, type-only and dynamic imports, re-exports and worker URLs. */
function specifiersIn(source: string): string[] {
  const pattern = /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)(['"])([^'"\n]+)\1/g;
  return [...source.matchAll(pattern)].map((match) => match[2] ?? '');
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** The file it leads to, relative to the project; null for a package. */
  readonly to: string | null;
}

const files = sourceFiles();
const imports: Import[] = files.flatMap((from) =>
  specifiersIn(readFileSync(join(root, from), 'utf8')).map((specifier) => ({
    from,
    specifier,
    to: target(from, specifier),
  })),
);

function target(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const bare = relative(root, resolve(root, dirname(from), specifier.replace(/\?.*$/, '')));
  return [bare, `${bare}.ts`, bare.replace(/\.js$/, '.ts')].find((path) => files.includes(path)) ?? bare;
}

describe('the floors', () => {
  it('are read from every form of import', () => {
    const source = `import a from './a'; import './b'; import type { C } from "./c"; export * from './d';
      const e = await import('./e'); new Worker(new URL('../w.ts', import.meta.url))`;
    expect(specifiersIn(source)).toEqual(['./a', './b', './c', './d', './e', '../w.ts']);
  });

  it('hold every source file', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((path) => floorOf(path) === null)).toEqual([]);
  });

  it('are not climbed by any import', () => {
    const upward = imports.filter(({ from, to }) => (floorOf(to ?? '') ?? 0) > (floorOf(from) ?? 0));
    expect(upward.map(({ from, to }) => `${from} → ${to ?? ''}`)).toEqual([]);
  });

  it('keep the core free of products', () => {
    const products = imports.filter(
      ({ from, to, specifier }) =>
        from.startsWith('src/core/') && to === null && !corePackages.includes(specifier),
    );
    expect(products.map(({ from, specifier }) => `${from} → ${specifier}`)).toEqual([]);
  });

  it('leave adapters to compose.ts and its parts: no other part of the app makes one', () => {
    const makers = imports.filter(
      ({ from, to }) =>
        /^src\/(app|ui)\//.test(from) &&
        !/^src\/app\/compose(-\w+)?\.ts$/.test(from) &&
        to?.startsWith('src/adapters/'),
    );
    expect(makers.map(({ from, to }) => `${from} → ${to ?? ''}`)).toEqual([]);
  });

  it('have no circles', () => {
    expect(findCycle()).toBeNull();
  });
});

/** The first circle of imports as a list of files, or null. */
function findCycle(): string[] | null {
  const next = new Map<string, Import[]>();
  for (const one of imports) next.set(one.from, [...(next.get(one.from) ?? []), one]);
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const { to } of next.get(path) ?? []) {
      const cycle = to === null ? null : visit(to, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const path of files) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}
