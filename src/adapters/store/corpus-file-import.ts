/** A corpus out of a file made by `exportCorpus`: checked entry by entry, and kept whole or not at all. */

import * as v from 'valibot';
import { newId } from '../new-id';
import { SondeError, isAbort } from '../../core/errors';
import type { CorpusInfo } from '../../core/corpus/library';
import { byPlace, type Mark } from '../../core/corpus/structure';
import { Zip } from '../ingest/formats/zip';
import { corpusInfo, documentRows } from './corpus-reader';
import {
  CORPUS_FILE_LIST,
  CORPUS_FILE_VERSION,
  corpusFile,
  corpusFileMarks,
  corpusFileVersion,
  type CorpusFile,
  type CorpusFileDocument,
} from './corpus-file-schema';
import type { CorpusRow, SondeDatabase } from './database';
import { DocumentBatch } from './document-batch';
import { isStorageTrouble } from './file-import';
import { ImportClaims } from './import-claims';
import { removeDocumentRows } from './remove-documents';
import { StoringSink, type StoredText } from './storing-sink';

/** @throws SondeError `malformed` for another file, a newer one or a damaged one; storage codes. Nothing stays then. */
export async function importCorpus(db: SondeDatabase, file: Blob): Promise<CorpusInfo> {
  const { zip, list } = await opened(file);
  const { name, collection } = list;
  const corpus: CorpusRow = { id: newId(), name, createdAtMs: Date.now(), collection };
  const claims = new ImportClaims(db);
  const batch = new DocumentBatch(db, corpus.id, new AbortController().signal);
  await db.corpora.add(corpus);
  try {
    for (const [position, document] of list.documents.entries()) {
      const id = newId();
      const text = await textOf(db, claims, zip, document, id);
      const source = document.source === null ? null : await zip.blob(entryOf(zip, document.source));
      const marks = await marksOf(zip, document);
      const row = {
        ...factsOf(document),
        id,
        corpusId: corpus.id,
        position,
        chunks: text.chunks,
        duplicateOf: null,
        pages: marks.filter(({ kind }) => kind === 'page').length,
        hasSource: source !== null,
      };
      await batch.add({ row, held: text.held, marks, source, before: null });
    }
    await batch.flush();
    return corpusInfo(corpus, await documentRows(db, corpus.id));
  } catch (thrown) {
    await batch.settle();
    for (const { row, held } of batch.pending) if (row.chunks > held.length) await claims.drop(row.id);
    await removeAll(db, corpus.id);
    if (isAbort(thrown) || isStorageTrouble(thrown)) throw thrown;
    throw damaged(thrown);
  } finally {
    claims.release();
  }
}

/** What a row has of a document, without the names of its entries in the zip. */
function factsOf(document: CorpusFileDocument): Omit<CorpusFileDocument, 'text' | 'marks' | 'source'> {
  const { name, path, chars, sizeBytes, sourceBytes, encoding, kind, problem, fingerprint } = document;
  const { metadata, losses, tags } = document;
  return {
    name,
    path,
    chars,
    sizeBytes,
    sourceBytes,
    encoding,
    kind,
    problem,
    fingerprint,
    metadata,
    losses,
    tags,
  };
}

async function opened(file: Blob): Promise<{ zip: Zip; list: CorpusFile }> {
  try {
    const zip = await Zip.open(file);
    const json: unknown = JSON.parse(await zip.text(entryOf(zip, CORPUS_FILE_LIST)));
    const { version } = v.parse(corpusFileVersion, json);
    if (version > CORPUS_FILE_VERSION) throw newer();
    return { zip, list: v.parse(corpusFile, json) };
  } catch (thrown) {
    if (thrown instanceof SondeError && thrown.code === 'unreadable') throw thrown;
    throw new SondeError(
      {
        code: 'malformed',
        message: 'This is no corpus that Sonde has exported, or it is damaged.',
        hint: 'Export it again where it came from. Other files can simply be dropped as documents.',
      },
      { cause: thrown },
    );
  }
}

/** The text of a document, which must be of the size that was stated. The zip's checksum has been compared by its end. */
async function textOf(
  db: SondeDatabase,
  claims: ImportClaims,
  zip: Zip,
  { name, text, chars, sizeBytes }: CorpusFileDocument,
  documentId: string,
): Promise<StoredText> {
  const sink = new StoringSink(db, claims, documentId);
  try {
    const check = new TextDecoder('utf-8', { fatal: true });
    if (text !== null)
      for await (const piece of zip.pieces(entryOf(zip, text))) {
        check.decode(piece, { stream: true });
        await sink.write(piece);
      }
    check.decode();
    const stored = await sink.end();
    if (stored.size.chars !== chars || stored.size.bytes !== sizeBytes)
      throw new Error(`the text of ${name} is not of the size that is stated`);
    return stored;
  } catch (thrown) {
    await sink.discard();
    throw thrown;
  }
}

async function marksOf(zip: Zip, { marks }: CorpusFileDocument): Promise<readonly Mark[]> {
  if (marks === null) return [];
  const json: unknown = JSON.parse(await zip.text(entryOf(zip, marks)));
  return v.parse(corpusFileMarks, json).toSorted(byPlace);
}

function entryOf(zip: Zip, name: string): Zip['entries'][number] {
  const entry = zip.find(name);
  if (!entry) throw new Error(`there is no ${name} in it`);
  return entry;
}

async function removeAll(db: SondeDatabase, corpusId: string): Promise<void> {
  const tables = [db.corpora, db.documents, db.chunks, db.structures, db.sources];
  await db.transaction('rw', tables, async () => {
    await db.corpora.delete(corpusId);
    await removeDocumentRows(db, await documentRows(db, corpusId));
  });
}

function damaged(cause: unknown): SondeError {
  return new SondeError(
    {
      code: 'malformed',
      message: 'This exported corpus is damaged, and nothing of it was taken in.',
      hint: 'Export it again where it came from.',
    },
    { cause },
  );
}

function newer(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'This corpus was exported by a newer version of Sonde.',
    hint: 'Reload the page to get that version, then import it again.',
  });
}
