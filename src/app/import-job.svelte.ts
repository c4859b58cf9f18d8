/** One import under way: the progress of each file, updated at most once a frame, and how it ended. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type { FileProgress, ImportFile, ImportOptions, Library } from '../core/corpus/library';

type Imported = Awaited<ReturnType<Library['import']>>;

export type ImportState = 'running' | 'done' | 'cancelled' | 'failed';

export class ImportJob {
  readonly name: string;
  /** The corpus it adds to; known from the start only when adding. */
  readonly targetId: string | null;
  readonly totalBytes: number;
  readonly #controller = new AbortController();
  /** By path, in the order the files were given; changed in place and shown through `#version`. */
  readonly #files: FileProgress[];
  readonly #indexes: Readonly<Record<string, number>>;
  #version = $state.raw(0);
  #state: ImportState = $state.raw('running');
  #problem: Problem | null = $state.raw(null);
  #result: Imported | null = $state.raw(null);
  #framePending = false;

  constructor(files: readonly ImportFile[], name: string, targetId: string | null) {
    this.name = name;
    this.targetId = targetId;
    this.totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
    this.#files = files.map(({ file, path }) => ({
      path,
      state: 'waiting',
      doneBytes: 0,
      totalBytes: file.size,
      problem: null,
    }));
    this.#indexes = Object.fromEntries(files.map(({ path }, index) => [path, index]));
  }

  get state(): ImportState {
    return this.#state;
  }
  /** Why the whole import failed; a file's own trouble is in its progress. */
  get problem(): Problem | null {
    return this.#problem;
  }
  get result(): Imported | null {
    return this.#result;
  }
  get files(): readonly FileProgress[] {
    void this.#version;
    // A new array, so that lists see the change; the rows are replaced, never edited.
    return [...this.#files];
  }
  get counts(): {
    readonly total: number;
    readonly finished: number;
    readonly problems: number;
    readonly doneBytes: number;
  } {
    void this.#version;
    let finished = 0;
    let problems = 0;
    let doneBytes = 0;
    for (const file of this.#files) {
      const ended = file.state === 'stored' || file.state === 'problem';
      if (ended) finished++;
      if (file.problem) problems++;
      doneBytes += ended ? file.totalBytes : Math.min(file.doneBytes, file.totalBytes);
    }
    return { total: this.#files.length, finished, problems, doneBytes };
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** Runs the import to its end; never rejects, the end is in `state`. */
  async run(
    library: Library,
    files: readonly ImportFile[],
    options: Pick<ImportOptions, 'corpusId' | 'name'>,
  ): Promise<void> {
    try {
      this.#result = await library.import(files, {
        ...options,
        signal: this.#controller.signal,
        onProgress: (progress) => {
          this.#note(progress);
        },
      });
      this.#state = 'done';
    } catch (thrown) {
      this.#state = isAbort(thrown) ? 'cancelled' : 'failed';
      this.#problem = isAbort(thrown) ? null : toProblem(thrown);
    }
    this.#version++;
  }

  #note(progress: FileProgress): void {
    const index = this.#indexes[progress.path];
    if (index === undefined) return;
    this.#files[index] = progress;
    if (this.#framePending) return;
    this.#framePending = true;
    // Thousands of small files finish in one frame; a timer, because hidden pages paint none.
    setTimeout(() => {
      this.#framePending = false;
      this.#version++;
    }, 50);
  }
}
