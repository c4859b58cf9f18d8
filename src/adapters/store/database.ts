/** The database of this site: its tables, their versions, and what to say when it cannot be opened. */

import { Dexie, type Table } from 'dexie';
import type { Problem } from '../../core/errors';
import { blockedByTab, inWords, newer, outdated } from './database-problems';
import type { Loss, Mark, Metadata } from '../../core/corpus/structure';
import type { Segment } from '../../core/search/segment';
import type { ContextPayload } from '../../core/corpus/context';
import type { SavedVariables } from '../../core/ports';
import type { Departure } from '../../core/disclosure/departure';
import type { KeptTrace } from '../../core/disclosure/all-time';
import type { HostTotal, RunMark } from '../../core/disclosure/request-log';
import type { RunSummary } from '../../core/record/run-store';

export interface CorpusRow {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  /** The group it stands under in the list, or null. */
  readonly collection: string | null;
}

export interface DocumentRow {
  readonly id: string;
  readonly corpusId: string;
  /** Order within the corpus; gaps where documents were removed. */
  readonly position: number;
  readonly name: string;
  /** As it was dropped, folders included; a file of the same path takes its place. */
  readonly path: string;
  readonly chars: number;
  readonly sourceBytes: number;
  readonly sizeBytes: number;
  readonly chunks: number;
  readonly encoding: string;
  readonly kind: string;
  readonly problem: Problem | null;
  readonly fingerprint: string | null;
  readonly duplicateOf: string | null;
  readonly metadata: Metadata;
  readonly losses: readonly Loss[];
  /** Marks of the kind `page`. */
  readonly pages: number;
  /** Marks of these kinds; absent in what was stored before they were counted. */
  readonly slides?: number;
  readonly sheets?: number;
  readonly tags: readonly string[];
  /** Whether the file itself is kept too, see `SourceRow`. */
  readonly hasSource: boolean;
  /** The byte from which its text is not in the search index yet; absent once all of it is. */
  readonly unindexedFrom?: number;
}

/** The marks of a document that has any. */
export interface StructureRow {
  readonly documentId: string;
  readonly marks: readonly Mark[];
}

/** A file kept as it was: one whose pages can be shown, that waits for its password, or for its pictures to be read. */
export interface SourceRow {
  readonly documentId: string;
  readonly file: Blob;
}

/** A piece of a document's text and where it begins: one row of the document's offset table. */
export interface ChunkRow {
  readonly documentId: string;
  readonly index: number;
  /** Small pieces are stored in the row itself; a Blob each would be a file each on disk. */
  readonly utf8: Blob | Uint8Array<ArrayBuffer>;
  readonly byteStart: number;
  readonly charStart: number;
  readonly unitStart: number;
  readonly lineStart: number;
  readonly bytes: number;
  readonly chars: number;
  readonly units: number;
}

/** A part of the search index of a corpus. Never changed: merged with others, it is replaced by a new one. */
export interface IndexSegmentRow extends Omit<Segment, 'blocks'> {
  readonly id: string;
  readonly corpusId: string;
}

export interface IndexBlockRow {
  readonly segmentId: string;
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** An import under way. What it left half done is removed when the lock named after it is found free. */
export interface ImportRow {
  readonly documentId: string;
  readonly lockName: string;
}

/** Consecutive events of one tree. `seq` is the first one's. They are parsed when read. */
export interface EventBatchRow {
  readonly treeId: string;
  readonly seq: number;
  readonly events: readonly unknown[];
}

export interface SettingRow {
  readonly key: string;
  readonly value: unknown;
}

/** A text that was sent in a run, once however often it was sent. */
export interface SentTextRow {
  readonly treeId: string;
  readonly hash: string;
  readonly text: string;
}

/** The context of a run whose documents are in no library. */
export interface ContextRow {
  readonly treeId: string;
  readonly typeName: string;
  readonly chars: number;
  readonly payload: ContextPayload;
}

/** The variables an interpreter held when its run ended. */
export interface VariablesRow extends SavedVariables {
  readonly treeId: string;
}

/** A reply kept under the hash of everything it depends on. */
export interface ReplyRow {
  readonly hash: string;
  readonly model: string;
  readonly reply: string;
  readonly sizeBytes: number;
  readonly hits: number;
  readonly usedAtMs: number;
}

/** Raised by one with every change of the tables; older databases are brought up to it. */
export const SCHEMA_VERSION = 4;

/** IndexedDB counts in tenths of Dexie's versions. */
const NATIVE_VERSION = SCHEMA_VERSION * 10;

export class SondeDatabase extends Dexie {
  declare readonly corpora: Table<CorpusRow, string>;
  declare readonly documents: Table<DocumentRow, string>;
  declare readonly structures: Table<StructureRow, string>;
  declare readonly sources: Table<SourceRow, string>;
  declare readonly chunks: Table<ChunkRow, [string, number]>;
  declare readonly imports: Table<ImportRow, string>;
  declare readonly indexSegments: Table<IndexSegmentRow, string>;
  declare readonly indexBlocks: Table<IndexBlockRow, [string, number]>;
  declare readonly runs: Table<RunSummary, string>;
  declare readonly events: Table<EventBatchRow, [string, number]>;
  declare readonly settings: Table<SettingRow, string>;
  declare readonly marks: Table<RunMark, string>;
  declare readonly requests: Table<Departure, [string, number]>;
  declare readonly sentTexts: Table<SentTextRow, [string, string]>;
  declare readonly hosts: Table<HostTotal, string>;
  declare readonly traces: Table<KeptTrace, string>;
  declare readonly contexts: Table<ContextRow, string>;
  declare readonly variables: Table<VariablesRow, string>;
  declare readonly replies: Table<ReplyRow, string>;

  #outdated = false;

  constructor(name = 'sonde') {
    super(name, { chromeTransactionDurability: 'relaxed' });
    this.version(1).stores({
      corpora: 'id',
      documents: 'id, corpusId, [corpusId+position], [corpusId+fingerprint]',
      chunks: '[documentId+index], [documentId+charStart]',
      imports: 'documentId',
      runs: 'id, startedAtMs',
      events: '[treeId+seq]',
      settings: 'key',
    });
    this.version(2).stores({
      marks: 'treeId',
      requests: '[treeId+seq]',
      sentTexts: '[treeId+hash]',
      hosts: 'host',
      traces: 'treeId',
    });
    this.version(3).stores({
      contexts: 'treeId',
      variables: 'treeId',
      replies: 'hash, [usedAtMs+sizeBytes]',
    });
    this.version(4)
      .stores({
        documents:
          'id, corpusId, [corpusId+position], [corpusId+fingerprint], [corpusId+path], [corpusId+unindexedFrom]',
        indexSegments: 'id, corpusId',
        indexBlocks: '[segmentId+index]',
        structures: 'documentId',
        sources: 'documentId',
      })
      .upgrade(async (old) => {
        await old.table('corpora').toCollection().modify({ collection: null });
        await old
          .table('documents')
          .toCollection()
          .modify((row: { name: string; chunks: number }) => {
            const nothing = { metadata: {}, losses: [], pages: 0, tags: [], hasSource: false };
            const waiting = row.chunks > 0 ? { unindexedFrom: 0 } : {};
            Object.assign(row, { path: row.name, ...nothing, ...waiting });
          });
      });
    // Whoever stores a document, it is found once the index has come to it.
    this.documents.hook('creating', (_key, row) => {
      if (row.chunks > 0) Object.assign(row, { unindexedFrom: 0 });
    });
    // A newer tab wants to upgrade: give way, or it would wait for ever.
    this.on('versionchange', () => {
      this.#outdated = true;
      this.close({ disableAutoOpen: true });
      return false;
    });
  }

  /**
   * Runs `work` on the open database and puts its failures in words.
   * @throws SondeError `quota`, `storage-blocked`, `storage-outdated`; others as they come.
   */
  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#outdated) throw outdated();
    try {
      await this.#ready();
      return await work();
    } catch (thrown) {
      throw this.#outdated ? outdated() : inWords(thrown);
    }
  }

  #opening: Promise<void> | null = null;

  #ready(): Promise<void> {
    return (this.#opening ??= this.#openOnce().catch((thrown: unknown) => {
      this.#opening = null; // the next call tries again
      throw thrown;
    }));
  }

  async #openOnce(): Promise<void> {
    if (this.isOpen()) return;
    const blocked = new Promise<never>((_, reject) => {
      this.on('blocked', () => {
        // The other tab has been asked to give way and gets a moment to do so.
        setTimeout(() => {
          reject(blockedByTab());
        }, 3000);
      });
    });
    blocked.catch(() => undefined); // met by the race
    await Promise.race([this.open(), blocked]);
    // Dexie opens a newer database without complaint, but this version would not know what is in it.
    if (this.backendDB().version > NATIVE_VERSION) {
      this.close({ disableAutoOpen: true });
      throw newer();
    }
  }
}
