/** What an import came to, in words. */

import type { ImportSummary } from '../core/corpus/library';
import type { ImportJob } from './import-job.svelte';

const count = new Intl.NumberFormat('en-US');

/** `12 documents are in “letters”: 3 unchanged, 214 left out by .gitignore.` */
export function importedWords(job: Pick<ImportJob, 'name' | 'added' | 'summary'>): string {
  const besides = job.summary ? summaryWords(job.summary) : '';
  const documents = job.added === 1 ? '1 document is' : `${count.format(job.added)} documents are`;
  const came = job.added === 0 && besides !== '' ? 'Nothing was added to' : `${documents} in`;
  return `${came} “${job.name}”${besides === '' ? '' : `: ${besides}`}.`;
}

/** `3 unchanged, 1 replaced, 214 left out by .gitignore`; empty when there is nothing to say. */
export function summaryWords({ unchanged, replaced, leftOut }: ImportSummary): string {
  return [
    unchanged > 0 ? `${count.format(unchanged)} unchanged` : '',
    replaced > 0 ? `${count.format(replaced)} replaced` : '',
    leftOut > 0 ? `${count.format(leftOut)} left out by .gitignore` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
