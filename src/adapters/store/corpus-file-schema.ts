/** What is in a file that holds a whole corpus: a zip with a list, and texts, marks and kept files beside it. */

import * as v from 'valibot';
import { lossSchema, markSchema, metadataSchema } from '../readers/result-schema';
import { problem } from './problem-schema';

export const CORPUS_FILE_FORMAT = 'sonde-corpus';
/** Raised when an older version of the app could not read the file any more. */
export const CORPUS_FILE_VERSION = 1;
export const CORPUS_FILE_LIST = 'corpus.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(4096));

const document = v.object({
  name,
  path: name,
  /** Code points and UTF-8 bytes of its text. */
  chars: count,
  sizeBytes: count,
  sourceBytes: count,
  encoding: v.string(),
  kind: v.string(),
  problem: v.nullable(problem),
  fingerprint: v.nullable(v.string()),
  metadata: metadataSchema,
  losses: v.array(lossSchema),
  tags: v.array(v.string()),
  /** Names of entries of the zip, where there is something. */
  text: v.nullable(v.string()),
  marks: v.nullable(v.string()),
  source: v.nullable(v.string()),
});

/** Read first by itself, so that a newer file can be named as such. */
export const corpusFileVersion = v.object({ format: v.literal(CORPUS_FILE_FORMAT), version: count });

export const corpusFile = v.object({
  format: v.literal(CORPUS_FILE_FORMAT),
  version: v.literal(CORPUS_FILE_VERSION),
  name,
  collection: v.nullable(v.string()),
  documents: v.pipe(v.array(document), v.maxLength(1_000_000)),
});

export const corpusFileMarks = v.array(markSchema);

export type CorpusFile = v.InferOutput<typeof corpusFile>;
export type CorpusFileDocument = v.InferOutput<typeof document>;
