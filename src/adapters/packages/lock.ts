/** The pinned list of packages: which there are, what they import as, what they need, and the hash of each file. */

import * as v from 'valibot';

/** Names as package indexes compare them: `Scikit_Learn` is `scikit-learn`. */
export function canonicalName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

const entrySchema = v.object({
  version: v.string(),
  /** Relative to the address packages come from. */
  fileName: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*\.(?:whl|zip)$/)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  imports: v.array(v.string()),
  depends: v.array(v.string()),
  /** `dynlib`: a shared library other packages link to. */
  target: v.picklist(['site', 'dynlib']),
});

/** By canonical name. `id` changes with anything in the list. */
export const lockSchema = v.object({ id: v.string(), packages: v.record(v.string(), entrySchema) });

export type LockTable = v.InferOutput<typeof lockSchema>;

export interface LockedPackage extends v.InferOutput<typeof entrySchema> {
  readonly name: string;
}

export class PackageLock {
  readonly id: string;
  readonly #packages = new Map<string, LockedPackage>();
  readonly #byImport = new Map<string, LockedPackage>();
  readonly #byFile = new Map<string, LockedPackage>();

  /** @throws ValiError when the table is not one */
  constructor(table: unknown) {
    const { id, packages } = v.parse(lockSchema, table);
    this.id = id;
    for (const [name, entry] of Object.entries(packages)) {
      const found = { name, ...entry };
      this.#packages.set(name, found);
      this.#byFile.set(entry.fileName, found);
      for (const imported of entry.imports) this.#byImport.set(imported, found);
    }
  }

  /** The package a module of this name is in; null when there is none. */
  importing(module: string): LockedPackage | null {
    return this.#byImport.get(module) ?? null;
  }

  /** By the package's own name, or what people take for it: `sklearn` is meant to be `scikit-learn`. */
  named(name: string): LockedPackage | null {
    return this.#packages.get(canonicalName(name)) ?? this.importing(name);
  }

  fromFile(fileName: string): LockedPackage | null {
    return this.#byFile.get(fileName) ?? null;
  }

  /** The package with all it depends on, those first. A dependency the list does not have is left out. */
  closure(wanted: LockedPackage): LockedPackage[] {
    const found = new Set<LockedPackage>();
    const visiting = new Set<LockedPackage>();
    const visit = (entry: LockedPackage) => {
      if (visiting.has(entry)) return;
      visiting.add(entry);
      for (const name of entry.depends) {
        const needed = this.#packages.get(canonicalName(name));
        if (needed) visit(needed);
      }
      found.add(entry);
    };
    visit(wanted);
    return [...found];
  }
}
