/** What is done with documents that are there: tags, collections, passwords, pictures read, a corpus as one file. */

import type { CorpusInfo, Library, StoredDocument } from '../core/corpus/library';
import { changedTags } from '../core/corpus/tags';
import { toProblem, type Problem } from '../core/errors';
import type { Notices } from './notices.svelte';
import { Recognition } from './recognition.svelte';

export interface CarePorts {
  readonly library: Library;
  readonly notices: Notices;
  /** Reads the list of corpora again, and the documents of the one named. */
  readonly changed: (corpusId: string | null) => Promise<void>;
}

/** The language of the files that words in pictures are read with. */
export const PICTURES_LANGUAGE = 'eng';

export class LibraryCare {
  readonly #ports: CarePorts;
  #recognitions: readonly Recognition[] = $state.raw([]);

  constructor(ports: CarePorts) {
    this.#ports = ports;
  }

  /** Whose pictures are being read, or were, and what came of it is still to be seen. */
  recognition(documentId: string): Recognition | null {
    return this.#recognitions.find(({ document }) => document.id === documentId) ?? null;
  }

  /** Adds tags to documents of one corpus and takes others off them; what is not named stays. */
  async changeTags(
    documents: readonly StoredDocument[],
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void> {
    await this.#change(documents[0]?.corpusId ?? null, async (library) => {
      for (const { ids, tags } of changedTags(documents, change)) await library.setTags(ids, tags);
    });
  }

  /** Puts a corpus under a heading of the list; null takes it out. */
  move(corpus: CorpusInfo, collection: string | null): Promise<void> {
    return this.#change(null, (library) => library.setCollection(corpus.id, collection));
  }

  /** Opens a document with its password, which is not stored. @returns why it could not be; null when it is open */
  async unlock(document: StoredDocument, password: string): Promise<Problem | null> {
    try {
      await this.#ports.library.unlock(document.id, password);
    } catch (thrown) {
      return toProblem(thrown);
    }
    await this.#ports.changed(document.corpusId);
    this.#ports.notices.say(`“${document.name}” is open. The password was not stored.`);
    return null;
  }

  /** Reads the words in the pictures of a document, once; fetches what that takes, so only with consent. */
  async recognise(document: StoredDocument): Promise<void> {
    if (this.recognition(document.id)?.state === 'running') return;
    const recognition = new Recognition(document);
    this.forget(document.id);
    this.#recognitions = [...this.#recognitions, recognition];
    await recognition.run(this.#ports.library, PICTURES_LANGUAGE);
    if (recognition.state !== 'failed') this.forget(document.id);
    await this.#ports.changed(document.corpusId);
    if (recognition.state === 'done')
      this.#ports.notices.say(
        `The words in the pictures of “${document.name}” can be searched and asked about now.`,
      );
    else if (recognition.problem) this.#ports.notices.announce(recognition.problem.message);
  }

  /** Takes off the screen how reading the pictures of a document ended. */
  forget(documentId: string): void {
    this.#recognitions = this.#recognitions.filter(({ document }) => document.id !== documentId);
  }

  /** A corpus as one file; null when it cannot be made, which is told. */
  async exportCorpus(corpus: CorpusInfo): Promise<Blob | null> {
    this.#ports.notices.announce(`Writing “${corpus.name}” into a file.`);
    try {
      return await this.#ports.library.exportCorpus(corpus.id);
    } catch (thrown) {
      this.#tell(thrown);
      return null;
    }
  }

  /** Keeps the corpora in such files. @returns the id of the last; null when there is none, which is told */
  async importCorpora(files: readonly File[]): Promise<string | null> {
    let last: string | null = null;
    for (const file of files) {
      this.#ports.notices.announce(`Reading “${file.name}”.`);
      try {
        const corpus = await this.#ports.library.importCorpus(file);
        last = corpus.id;
        this.#ports.notices.say(`“${corpus.name}” is in the library.`);
      } catch (thrown) {
        this.#tell(thrown, file.name);
      }
    }
    await this.#ports.changed(last);
    return last;
  }

  async #change(corpusId: string | null, act: (library: Library) => Promise<void>): Promise<void> {
    try {
      await act(this.#ports.library);
    } catch (thrown) {
      this.#tell(thrown);
    }
    await this.#ports.changed(corpusId);
  }

  #tell(thrown: unknown, about?: string): void {
    const { message, hint } = toProblem(thrown);
    const words = hint ? `${message} ${hint}` : message;
    this.#ports.notices.say(about === undefined ? words : `${about}: ${words}`, { look: 'bad' });
  }
}
