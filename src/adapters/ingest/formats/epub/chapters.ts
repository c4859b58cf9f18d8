/** The chapters of a book while it is written: each begins at its place in the contents and ends at the next of its level. */

import type { DocumentBuilder, OpenMark } from '../document-builder';
import type { ContentsEntry } from './contents';

export class Chapters {
  readonly #out: DocumentBuilder;
  readonly #open: { readonly level: number; readonly mark: OpenMark }[] = [];
  /** Entries of the file being read that begin at a place in it, by its id. */
  #waiting = new Map<string, ContentsEntry[]>();

  constructor(out: DocumentBuilder) {
    this.#out = out;
  }

  get isInside(): boolean {
    return this.#open.length > 0;
  }

  /** `markup` tells whether it has the places that the entries name. */
  beginFile(entries: readonly ContentsEntry[], markup: string): void {
    this.#waiting = new Map();
    const ids = entries.length === 0 ? new Set() : idsIn(markup);
    for (const entry of entries) {
      const { fragment } = entry;
      const atPlace = fragment === null ? undefined : this.#waiting.get(fragment);
      if (atPlace) atPlace.push(entry);
      else if (fragment === null || !ids.has(fragment)) this.#begin(entry);
      else this.#waiting.set(fragment, [entry]);
    }
  }

  reached(id: string): void {
    for (const entry of this.#waiting.get(id) ?? []) this.#begin(entry);
    this.#waiting.delete(id);
  }

  /** What comes is of no chapter before. */
  endAll(): void {
    this.#endFrom(0);
  }

  #begin({ label, level }: ContentsEntry): void {
    this.#endFrom(level);
    this.#open.push({ level, mark: this.#out.open('chapter', label, { level }) });
  }

  #endFrom(level: number): void {
    while (this.#open.length > 0 && (this.#open.at(-1)?.level ?? 0) >= level) this.#open.pop()?.mark.end();
  }
}

/** Places that an address may name. Those written with entities are missed: their chapters begin with the file. */
function idsIn(markup: string): ReadonlySet<string> {
  const found = markup.matchAll(/\s(?:id|name)\s*=\s*(?:"([^"]{1,500})"|'([^']{1,500})')/gi);
  return new Set([...found].map(([, double, single]) => double ?? single ?? ''));
}
