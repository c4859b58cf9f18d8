/** An import of very many files in a real browser: the page stays quick, the list can be scrolled, cancel works. */

import { mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import { ImportJob } from '../../../src/app/import-job.svelte';
import type { ImportFile, ImportOptions } from '../../../src/core/corpus/library';
import ImportProgress from '../../../src/ui/library/ImportProgress.svelte';

const FILES = 50_000;
const one = new File(['text'], 'letter.txt');
const files = Array.from({ length: FILES }, (_, index): ImportFile => ({
  file: one,
  path: `letters/${String(index)}.txt`,
}));

/** Tells of files as the worker does, in batches, until it is cancelled. */
function telling(batch: number, everyMs: number) {
  return {
    import: (given: readonly ImportFile[], options?: ImportOptions) =>
      new Promise<never>((_resolve, reject) => {
        let at = 0;
        const timer = setInterval(() => {
          for (const { path } of given.slice(at, at + batch))
            options?.onProgress?.({ path, state: 'stored', doneBytes: 4, totalBytes: 4, problem: null });
          at += batch;
        }, everyMs);
        options?.signal?.addEventListener('abort', () => {
          clearInterval(timer);
          reject(new DOMException('Cancelled', 'AbortError'));
        });
      }),
  };
}

/** Milliseconds of the page's own work in the tasks that took longest. */
async function longestTasks(forMs: number): Promise<number[]> {
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) =>
    tasks.push(...list.getEntries().map(({ duration }) => duration)),
  );
  observer.observe({ type: 'longtask' });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  observer.disconnect();
  return tasks.sort((a, b) => b - a);
}

let mounted: Record<string, unknown> | null = null;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.replaceChildren();
});

it('shows fifty thousand files as they come in without holding the page up, and stops when told', async () => {
  const job = new ImportJob(files, 'letters', null);
  const target = document.createElement('div');
  document.body.append(target);
  mounted = mount(ImportProgress, { target, props: { job, ondismiss: () => undefined } });
  const ended = job.run(telling(250, 16), files, {});
  await userEvent.click(page.getByText('Each file'));
  await expect.element(page.getByText('letters/0.txt')).toBeVisible();
  const tasks = await longestTasks(2000);
  console.log(`longest tasks: ${tasks.slice(0, 5).map(Math.round).join(', ')} ms of ${String(tasks.length)}`);
  expect(tasks[0] ?? 0, 'the longest task, in milliseconds').toBeLessThan(150);
  const scroller = [...target.querySelectorAll<HTMLElement>('.rows *')].find(
    (element) => element.scrollHeight > element.clientHeight + 1000,
  );
  if (!scroller) throw new Error('nothing scrolls');
  scroller.scrollTop = scroller.scrollHeight * 0.8;
  await expect.element(page.getByText(/^letters\/(39|40)\d{3}\.txt$/).first()).toBeVisible();
  expect(target.querySelectorAll('[role=listitem]').length).toBeLessThan(60);
  await userEvent.click(page.getByRole('button', { name: 'Cancel' }));
  await ended;
  expect(job.state).toBe('cancelled');
  await expect.element(page.getByText(/^Cancelled\. [\d,]+ documents kept$/)).toBeVisible();
});
