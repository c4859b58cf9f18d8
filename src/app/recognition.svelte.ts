/** Words being read out of the pictures of one document: how far it is, and how it ended. */

import type { Library, StoredDocument } from '../core/corpus/library';
import { isAbort, toProblem, type Problem } from '../core/errors';

export class Recognition {
  readonly document: StoredDocument;
  readonly #controller = new AbortController();
  #state: 'running' | 'done' | 'cancelled' | 'failed' = $state.raw('running');
  #share: number | null = $state.raw(null);
  #problem: Problem | null = $state.raw(null);

  constructor(document: StoredDocument) {
    this.document = document;
  }

  get state(): 'running' | 'done' | 'cancelled' | 'failed' {
    return this.#state;
  }
  /** How much of the file is read, 0…1; null while what that takes is being fetched. */
  get share(): number | null {
    return this.#share;
  }
  get problem(): Problem | null {
    return this.#problem;
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** Never rejects: how it ended is in `state`. */
  async run(library: Pick<Library, 'recognise'>, language: string): Promise<void> {
    const { signal } = this.#controller;
    const onShare = (share: number) => {
      this.#share = share;
    };
    try {
      await library.recognise(this.document.id, { language }, onShare, signal);
      this.#state = 'done';
    } catch (thrown) {
      this.#state = isAbort(thrown) ? 'cancelled' : 'failed';
      this.#problem = isAbort(thrown) ? null : toProblem(thrown);
    }
  }
}
