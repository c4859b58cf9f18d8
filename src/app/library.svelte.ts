/** The library on screen: corpora, their documents, imports under way, and room left on the device. */

import { toProblem, type Problem } from '../core/errors';
import type {
  CorpusInfo,
  ImportFile,
  Library,
  FindOptions,
  SearchHit,
  StorageReport,
  StoredDocument,
} from '../core/corpus/library';
import type { ImportJob } from './import-job.svelte';
import { Imports, type Shortage } from './imports.svelte';
import { LibraryCare } from './library-care.svelte';
import type { Notices } from './notices.svelte';

export interface LibraryPorts {
  readonly library: Library;
  /** Makes the sample corpus; loaded only when asked for. */
  readonly sample: () => Promise<readonly ImportFile[]>;
}

export interface CorpusDocuments {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly documents: readonly StoredDocument[];
  readonly problem: Problem | null;
}

export const SAMPLE_NAME = 'Sample documents';
const LOADING: CorpusDocuments = { phase: 'loading', documents: [], problem: null };

export class LibraryState {
  readonly #ports: LibraryPorts;
  readonly #notices: Notices;
  #phase: 'loading' | 'ready' | 'failed' = $state.raw('loading');
  #problem: Problem | null = $state.raw(null);
  #corpora: readonly CorpusInfo[] = $state.raw([]);
  #documents: Readonly<Record<string, CorpusDocuments>> = $state.raw({});
  #storage: StorageReport | null = $state.raw(null);
  #persistRefused = $state.raw(false);
  /** Changes made elsewhere that are being read now. */
  #changes = 0;
  readonly #imports: Imports;
  /** Tags, collections, passwords and the like. */
  readonly care: LibraryCare;
  #queries: Readonly<Record<string, string>> = $state.raw({});

  constructor(ports: LibraryPorts, notices: Notices) {
    this.#ports = ports;
    this.#notices = notices;
    const changed = async (corpusId: string | null) => {
      await this.refresh();
      if (corpusId) await this.open(corpusId);
    };
    this.care = new LibraryCare({ library: ports.library, notices, changed });
    this.#imports = new Imports({
      library: ports.library,
      notices,
      changed,
      corpus: (id) => this.corpus(id),
      measure: async () => {
        await this.#measure();
        return this.#storage;
      },
    });
  }

  /** The adapter, for what is asked once and not kept: texts, quotations, contexts. */
  get library(): Library {
    return this.#ports.library;
  }
  get phase(): 'loading' | 'ready' | 'failed' {
    return this.#phase;
  }
  /** Why the library could not be read at all, e.g. storage is blocked. */
  get problem(): Problem | null {
    return this.#problem;
  }
  /** Newest first. */
  get corpora(): readonly CorpusInfo[] {
    return this.#corpora;
  }
  get jobs(): readonly ImportJob[] {
    return this.#imports.jobs;
  }
  get importing(): boolean {
    return this.#imports.importing;
  }
  /** Set while more is to be added than there is room for, until somebody decides. */
  get shortage(): Shortage | null {
    return this.#imports.shortage;
  }
  /** True on the first visit: nothing stored and nothing on its way. */
  get isEmpty(): boolean {
    return this.#phase !== 'loading' && this.#corpora.length === 0 && this.jobs.length === 0;
  }
  get storage(): StorageReport | null {
    return this.#storage;
  }
  /** True once the browser was asked to keep the data and would not promise it. */
  get persistRefused(): boolean {
    return this.#persistRefused;
  }

  corpus(id: string): CorpusInfo | null {
    return this.#corpora.find((corpus) => corpus.id === id) ?? null;
  }

  /** The documents of a corpus as far as they are read; `open` reads them. */
  documents(corpusId: string): CorpusDocuments {
    return this.#documents[corpusId] ?? LOADING;
  }

  /** What is being searched for in a corpus; kept while documents are opened and closed. */
  query(corpusId: string): string {
    return this.#queries[corpusId] ?? '';
  }

  setQuery(corpusId: string, query: string): void {
    this.#queries = { ...this.#queries, [corpusId]: query };
  }

  /** Reads the list of corpora. Never rejects: trouble is in `problem`. */
  async refresh(): Promise<void> {
    try {
      const corpora = await this.#ports.library.list();
      this.#corpora = corpora.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
      this.#phase = 'ready';
      this.#problem = null;
    } catch (thrown) {
      this.#phase = 'failed';
      this.#problem = toProblem(thrown);
      return;
    }
    await this.#measure();
  }

  /** Reads again what has been read, after a change made elsewhere: in another tab, or by a script. */
  async reread(): Promise<void> {
    if (this.#phase === 'loading') return; // the first reading is under way and will see it
    this.#changes++;
    if (this.#changes > 1) return;
    // Changes come in bursts, as when many documents are removed: one more reading sees all that came during this one.
    for (let seen = 0; seen < this.#changes;) {
      seen = this.#changes;
      await this.refresh();
      const known = Object.keys(this.#documents).filter((id) => this.corpus(id) !== null);
      await Promise.all(known.map((id) => this.open(id)));
    }
    this.#changes = 0;
  }

  /** Reads the documents of a corpus, again if they were read before. */
  async open(corpusId: string): Promise<void> {
    let read: CorpusDocuments;
    try {
      const documents = await this.#ports.library.documents(corpusId);
      read = { phase: 'ready', documents, problem: null };
    } catch (thrown) {
      read = { phase: 'failed', documents: [], problem: toProblem(thrown) };
    }
    this.#documents = { ...this.#documents, [corpusId]: read };
  }

  /**
   * Imports files into a corpus, or into a new one named after them.
   * @returns the id of the corpus, or null when nothing was imported; why is in the job
   */
  import(
    dropped: readonly ImportFile[],
    into: { corpusId?: string; name?: string } = {},
  ): Promise<string | null> {
    if (dropped.length > 0) void this.#askToPersist();
    return this.#imports.start(dropped, into);
  }

  /** Resolves once no import is under way. */
  settled = (): Promise<void> => this.#imports.settled();

  /** Imports a text as one document. */
  importText(text: string, name: string, corpusId?: string): Promise<string | null> {
    const path = /\.\w{1,8}$/.test(name) ? name : `${name}.txt`;
    const file = new File([text], path, { type: 'text/plain' });
    return this.import([{ file, path }], corpusId ? { corpusId } : { name });
  }

  /** Makes the sample corpus, or finds the one already there. */
  async importSample(): Promise<string | null> {
    const there = this.#corpora.find((corpus) => corpus.name === SAMPLE_NAME);
    if (there) return there.id;
    try {
      return await this.import(await this.#ports.sample(), { name: SAMPLE_NAME });
    } catch (thrown) {
      this.#tell(thrown);
      return null;
    }
  }

  /** Takes a finished import off the screen. */
  dismiss = (job: ImportJob): void => {
    this.#imports.dismiss(job);
  };

  rename(corpusId: string, name: string): Promise<void> {
    return this.#change(() => this.library.rename(corpusId, name));
  }

  renameDocument(document: StoredDocument, name: string): Promise<void> {
    return this.#change(() => this.library.renameDocument(document.id, name), document.corpusId);
  }

  async remove(corpus: CorpusInfo): Promise<void> {
    await this.#change(() => this.library.remove(corpus.id));
    if (!this.corpus(corpus.id)) this.#notices.say(`“${corpus.name}” was removed from this device.`);
  }

  /** Of one corpus. */
  removeDocuments(documents: readonly StoredDocument[]): Promise<void> {
    return this.#change(async () => {
      for (const { id } of documents) await this.library.removeDocument(id);
    }, documents[0]?.corpusId);
  }

  /** Finds places in a corpus. @throws SondeError; an AbortError when the signal says so. */
  find(corpusId: string, query: string, options: FindOptions, signal: AbortSignal): Promise<SearchHit[]> {
    return this.library.find(corpusId, query, options, signal);
  }

  /** Asks the browser, again, to keep the data when it runs out of room. */
  async persist(): Promise<void> {
    try {
      this.#persistRefused = !(await this.library.persist());
    } catch (thrown) {
      this.#tell(thrown);
    }
    await this.#measure();
  }

  async #change(act: () => Promise<void>, corpusId?: string): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#tell(thrown);
    }
    await this.refresh();
    if (corpusId) await this.open(corpusId);
  }

  async #askToPersist(): Promise<void> {
    await this.#measure();
    if (this.#storage && !this.#storage.persisted && !this.#persistRefused) await this.persist();
  }

  async #measure(): Promise<void> {
    try {
      this.#storage = await this.library.storage();
    } catch {
      this.#storage = null; // some browsers do not tell; the meter is left out then
    }
  }

  #tell(thrown: unknown): void {
    const { message, hint } = toProblem(thrown);
    this.#notices.say(hint ? `${message} ${hint}` : message, { look: 'bad' });
  }
}
