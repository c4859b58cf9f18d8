/** Which stretches of which documents were in the texts that were sent: found by whoever can read the documents. */

import type { Ranges } from './ranges';

/** Where texts went: a host, or `local` for what only models on this device were shown. */
export type Destination = string;
export const LOCAL: Destination = 'local';

/** Texts by where they went. Identical texts may be given once. */
export interface SentTexts {
  readonly to: Destination;
  readonly texts: readonly string[];
}

/** Code-point ranges of one document that were in the texts sent to one destination; never empty. */
export interface Exposure {
  readonly documentId: string;
  readonly to: Destination;
  readonly ranges: Ranges;
}

/** Compares texts with the documents of a corpus, away from the page's thread. */
export interface ExposureTracer {
  /** @throws SondeError `not-found` when the corpus was removed, storage codes; an AbortError */
  trace(corpusId: string, sent: readonly SentTexts[], signal: AbortSignal): Promise<Exposure[]>;
}
