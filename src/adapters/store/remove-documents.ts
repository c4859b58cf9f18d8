/** Takes documents out of the database with all that belongs to them. */

import { chunkKeys } from './corpus-reader';
import type { DocumentRow, SondeDatabase } from './database';

/** Call it within a transaction over documents, chunks, structures and sources. */
export async function removeDocumentRows(db: SondeDatabase, rows: readonly DocumentRow[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  await db.documents.bulkDelete(ids);
  await db.structures.bulkDelete(ids);
  await db.sources.bulkDelete(ids);
  await db.chunks.bulkDelete(rows.flatMap(chunkKeys));
}
