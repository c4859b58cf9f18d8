/** One import under way: the progress of each file, shown some twenty times a second at most, and how it ended. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type {
  FileProgress,
  ImportFile,
  ImportOptions,
  ImportResult,
  ImportSummary,
  Library,
} from '../core/corpus/library';

export type ImportState = 'running' | 'done' | 'cancelled' | 'failed';

export interface ImportCounts {
  readonly total: number;
  readonly finished: number;
  /** Read and kept, some of them with a problem. */
  readonly stored: number;
  readonly problems: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

const SHOW_EVERY_MS = 50;

export class ImportJob {
  readonly name: string;
  /** The corpus it adds to; known from the start only when adding. */
  readonly targetId: string | null;
  readonly #controller = new AbortController();
  // Tens of thousands of files: what is noted here is changed in place, and copied only when there are more of them.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #files = new Map<string, FileProgress>();
  readonly #counts = { total: 0, finished: 0, stored: 0, problems: 0, doneBytes: 0, totalBytes: 0 };
  readonly #newPaths: string[] = [];
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #newProblems = new Set<string>();
  /** What is shown; the version says that the progress of some file has changed. */
  #version = $state.raw(0);
  #paths: readonly string[] = $state.raw([]);
  #problemPaths: readonly string[] = $state.raw([]);
  #shownCounts: ImportCounts = $state.raw(this.#counts);
  #state: ImportState = $state.raw('running');
  #problem: Problem | null = $state.raw(null);
  #result: ImportResult | null = $state.raw(null);
  #showPending = false;

  constructor(files: readonly ImportFile[], name: string, targetId: string | null) {
    this.name = name;
    this.targetId = targetId;
    for (const { file, path } of files)
      this.#keep({ path, state: 'waiting', doneBytes: 0, totalBytes: file.size, problem: null });
    this.#show();
  }

  get state(): ImportState {
    return this.#state;
  }
  /** Why the whole import failed; a file's own trouble is in its progress. */
  get problem(): Problem | null {
    return this.#problem;
  }
  get result(): ImportResult | null {
    return this.#result;
  }
  get summary(): ImportSummary | null {
    return this.#result?.summary ?? null;
  }
  /** Documents with text in them. An archive is a file that was read, and no document. */
  get added(): number {
    return this.#result?.documents.filter(({ chars }) => chars > 0).length ?? this.#shownCounts.stored;
  }
  /** In the order the files were given, then those found inside of archives as they come. */
  get paths(): readonly string[] {
    return this.#paths;
  }
  /** Those of `paths` with a problem, in the order it was found. */
  get problemPaths(): readonly string[] {
    return this.#problemPaths;
  }
  get counts(): ImportCounts {
    return this.#shownCounts;
  }

  /** How far a file of `paths` is. */
  file(path: string): FileProgress | null {
    void this.#version;
    return this.#files.get(path) ?? null;
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** Runs the import to its end; never rejects, the end is in `state`. */
  async run(
    library: Pick<Library, 'import'>,
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
    this.#show();
  }

  #note(progress: FileProgress): void {
    this.#keep(progress);
    if (this.#showPending) return;
    this.#showPending = true;
    // Thousands of small files finish in one frame; a timer, because hidden pages paint none.
    setTimeout(() => {
      this.#showPending = false;
      this.#show();
    }, SHOW_EVERY_MS);
  }

  #keep(progress: FileProgress): void {
    const { path, problem } = progress;
    const before = this.#files.get(path);
    if (before) this.#count(before, -1);
    else this.#newPaths.push(path);
    this.#count(progress, 1);
    this.#files.set(path, progress);
    if (problem && !before?.problem) this.#newProblems.add(path);
  }

  #count(file: FileProgress, by: 1 | -1): void {
    const counts = this.#counts;
    const ended = file.state === 'stored' || file.state === 'problem';
    counts.total += by;
    if (ended) counts.finished += by;
    if (file.state === 'stored') counts.stored += by;
    if (file.problem) counts.problems += by;
    counts.totalBytes += by * file.totalBytes;
    counts.doneBytes += by * (ended ? file.totalBytes : Math.min(file.doneBytes, file.totalBytes));
  }

  #show(): void {
    if (this.#newPaths.length > 0) this.#paths = [...this.#paths, ...this.#newPaths.splice(0)];
    if (this.#newProblems.size > 0) {
      this.#problemPaths = [...this.#problemPaths, ...this.#newProblems];
      this.#newProblems.clear();
    }
    this.#shownCounts = { ...this.#counts };
    this.#version++;
  }
}
