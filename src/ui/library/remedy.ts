/** What would make a document that could not be read, or not wholly, readable. */

import type { StoredDocument } from '../../core/corpus/library';

export type Remedy = 'password' | 'pictures';

/** Null where nothing can be done here: the file is not kept, or it is broken. */
export function remedyFor({
  hasSource,
  kind,
  problem,
  losses,
}: Pick<StoredDocument, 'hasSource' | 'kind' | 'problem' | 'losses'>): Remedy | null {
  if (!hasSource) return null;
  if (problem?.code === 'password') return 'password';
  if (kind !== 'pdf' && kind !== 'image') return null;
  const isScan = losses.some(({ what, count }) => what === 'scanned-pages' && count > 0);
  return problem !== null || isScan ? 'pictures' : null;
}
