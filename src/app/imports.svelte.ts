/** Files on their way into the library: the imports under way, and whether there is room before one begins. */

import { corpusNameFor, withOwnPaths } from '../core/corpus/import-names';
import type { CorpusInfo, ImportFile, Library, StorageReport } from '../core/corpus/library';
import { ImportJob } from './import-job.svelte';
import { importedWords } from './import-words';
import type { Notices } from './notices.svelte';

export interface ImportsPorts {
  readonly library: Library;
  readonly notices: Notices;
  readonly corpus: (id: string) => CorpusInfo | null;
  /** What is left, read anew; null where the browser does not tell. */
  readonly measure: () => Promise<StorageReport | null>;
  /** After an import, also one that was cut short: what it may have stored is to be read again. */
  readonly changed: (corpusId: string | null) => Promise<void>;
}

/** More is being added than there is room for: somebody has to say whether to go on. */
export interface Shortage {
  /** Bytes of the files as dropped. */
  readonly neededBytes: number;
  readonly leftBytes: number;
  readonly answer: (goOn: boolean) => void;
}

export type ImportTarget = { readonly corpusId: string } | { readonly name: string };

export class Imports {
  readonly #ports: ImportsPorts;
  #jobs: readonly ImportJob[] = $state.raw([]);
  #shortage: Shortage | null = $state.raw(null);
  #underWay: readonly Promise<unknown>[] = [];

  constructor(ports: ImportsPorts) {
    this.#ports = ports;
  }

  /** Those under way, and those that ended with something to tell; the newest first. */
  get jobs(): readonly ImportJob[] {
    return this.#jobs;
  }
  get importing(): boolean {
    return this.#jobs.some((job) => job.state === 'running');
  }
  get shortage(): Shortage | null {
    return this.#shortage;
  }

  /** @returns the id of the corpus, or null when nothing was imported; why is in the job */
  async start(
    dropped: readonly ImportFile[],
    into: { corpusId?: string; name?: string },
  ): Promise<string | null> {
    if (dropped.length === 0) return null;
    const files = withOwnPaths(dropped);
    if (!(await this.#hasRoom(files))) return null;
    const known = into.corpusId ? this.#ports.corpus(into.corpusId)?.name : into.name;
    const job = new ImportJob(files, known ?? corpusNameFor(files), into.corpusId ?? null);
    this.#jobs = [job, ...this.#jobs];
    const target = into.corpusId ? { corpusId: into.corpusId } : { name: job.name };
    const stored = this.#store(job, files, target);
    this.#underWay = [...this.#underWay, stored];
    return stored.finally(() => {
      this.#underWay = this.#underWay.filter((other) => other !== stored);
    });
  }

  /** Resolves once no import is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.length > 0) await Promise.allSettled(this.#underWay);
  }

  /** Takes a finished import off the screen. */
  dismiss(job: ImportJob): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
  }

  /** True too where the browser does not tell how much is left: then the import itself will. */
  async #hasRoom(files: readonly ImportFile[]): Promise<boolean> {
    const storage = await this.#ports.measure();
    if (!storage || storage.quotaBytes === 0) return true;
    const neededBytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const leftBytes = Math.max(0, storage.quotaBytes - storage.usedBytes);
    if (neededBytes <= leftBytes) return true;
    this.#shortage?.answer(false);
    return new Promise((resolve) => {
      const answer = (goOn: boolean) => {
        this.#shortage = null;
        resolve(goOn);
      };
      this.#shortage = { neededBytes, leftBytes, answer };
    });
  }

  async #store(job: ImportJob, files: readonly ImportFile[], target: ImportTarget): Promise<string | null> {
    await job.run(this.#ports.library, files, target);
    await this.#ports.changed(job.result?.corpus.id ?? job.targetId);
    this.#report(job);
    return job.result?.corpus.id ?? null;
  }

  #report(job: ImportJob): void {
    const { total, problems } = job.counts;
    const { notices } = this.#ports;
    if (job.state === 'done' && problems === 0) {
      this.dismiss(job);
      notices.say(importedWords(job));
    } else if (job.state === 'done') {
      notices.announce(
        `Import of “${job.name}” ended. ${String(problems)} of ${String(total)} files have a problem.`,
      );
    } else if (job.state === 'cancelled') {
      notices.announce(`Import of “${job.name}” was cancelled. What was stored is kept.`);
    }
  }
}
