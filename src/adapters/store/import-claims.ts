/** Marks documents whose text is being stored, so that what a closed tab left half done can be told and removed. */

import { newId } from '../new-id';
import type { SondeDatabase } from './database';

export class ImportClaims {
  readonly #db: SondeDatabase;
  readonly #lockName = `sonde-import-${newId()}`;
  #held: Promise<void> | null = null;
  #letGo: () => void = () => undefined;

  constructor(db: SondeDatabase) {
    this.#db = db;
  }

  /** Before the first chunk of a document goes to disk ahead of its row. The row's arrival ends the claim. */
  async claim(documentId: string): Promise<void> {
    await (this.#held ??= this.#hold());
    await this.#db.imports.put({ documentId, lockName: this.#lockName });
  }

  /** Removes the text stored so far, and the claim. */
  async drop(documentId: string): Promise<void> {
    await dropText(this.#db, documentId);
  }

  release(): void {
    this.#letGo();
  }

  #hold(): Promise<void> {
    const locks = navigator.locks as LockManager | undefined; // absent where the page is not served securely
    if (!locks) return Promise.resolve();
    return new Promise((held, failed) => {
      locks
        .request(this.#lockName, () => {
          held();
          return new Promise<void>((letGo) => {
            this.#letGo = letGo;
          });
        })
        .catch(failed);
    });
  }
}

/** Removes the text of documents whose import ended without an end: their lock is free. */
export async function removeAbandoned(db: SondeDatabase): Promise<void> {
  const rows = await db.imports.toArray();
  const locks = navigator.locks as LockManager | undefined;
  // Without locks an import in another tab cannot be told from an abandoned one, so everything is left alone.
  if (rows.length === 0 || !locks) return;
  const held = new Set((await locks.query()).held?.map(({ name }) => name));
  for (const row of rows) if (!held.has(row.lockName)) await dropText(db, row.documentId);
}

async function dropText(db: SondeDatabase, documentId: string): Promise<void> {
  await db.transaction('rw', db.chunks, db.imports, async () => {
    await db.chunks.where('[documentId+index]').between([documentId, 0], [documentId, Infinity]).delete();
    await db.imports.delete(documentId);
  });
}
