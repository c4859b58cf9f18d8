/** An import on screen: files that come up while it runs, and very many of them. */

import { describe, expect, it } from 'vitest';
import { ImportJob } from '../../../src/app/import-job.svelte';
import type { CorpusInfo, FileProgress } from '../../../src/core/corpus/library';
import type { Problem } from '../../../src/core/errors';
import { file } from '../../fixtures/memory-library';

describe('an import', () => {
  it('shows files as they are found inside of an archive, and counts them', async () => {
    const job = new ImportJob([file('all.zip', '12345678')], 'all', null);
    const inside = (name: string, problem: Problem | null = null): FileProgress => ({
      path: `all.zip/${name}`,
      state: problem ? 'problem' : 'stored',
      doneBytes: 3,
      totalBytes: 3,
      problem,
    });
    const corpus = { id: 'c', name: 'all' } as CorpusInfo; // its figures are of no matter here
    await job.run(
      {
        import: (_files, options) => {
          options?.onProgress?.({ ...inside('one.txt'), state: 'reading', doneBytes: 1 });
          options?.onProgress?.(inside('one.txt'));
          options?.onProgress?.(inside('two.doc', { code: 'unreadable', message: 'No reader for this.' }));
          options?.onProgress?.({ ...inside(''), path: 'all.zip', doneBytes: 8, totalBytes: 8 });
          const summary = { leftOut: 0, unchanged: 0, replaced: 0 };
          return Promise.resolve({ corpus, documents: [], summary });
        },
      },
      [],
      {},
    );
    expect(job.paths).toEqual(['all.zip', 'all.zip/one.txt', 'all.zip/two.doc']);
    expect(job.problemPaths).toEqual(['all.zip/two.doc']);
    expect(job.counts).toEqual({
      total: 3,
      finished: 3,
      stored: 2,
      problems: 1,
      doneBytes: 14,
      totalBytes: 14,
    });
  });

  it('notes a hundred thousand steps of fifty thousand files at once, and leaves the list as it is', () => {
    const { file: one } = file('letter.txt');
    const many = Array.from({ length: 50_000 }, (_, index) => ({
      file: one,
      path: `letters/${String(index)}.txt`,
    }));
    const job = new ImportJob(many, 'letters', null);
    const paths = job.paths;
    const began = performance.now();
    void job.run(
      {
        import: (files, options) => {
          for (const { path } of files)
            for (const state of ['reading', 'stored'] as const)
              options?.onProgress?.({ path, state, doneBytes: 4, totalBytes: 4, problem: null });
          return new Promise(() => undefined);
        },
      },
      many,
      {},
    );
    expect(performance.now() - began, 'milliseconds for 100,000 notes').toBeLessThan(1000);
    expect(job.paths, 'the list itself has not changed').toBe(paths);
    expect(job.file('letters/49999.txt')?.state).toBe('stored');
  });
});
