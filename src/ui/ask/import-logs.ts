/** Brings logs of runs into the history, and says what came of it. */

import type { App } from '../../app/app.svelte';
import { toProblem } from '../../core/errors';
import { formatPlural } from '../kit/format';

/** Opens the run when there is just one. Never rejects: what went wrong is said, file by file. */
export async function importLogs(
  { again, notices, router }: Pick<App, 'again' | 'notices' | 'router'>,
  files: readonly File[],
): Promise<void> {
  const ids: string[] = [];
  for (const file of files)
    try {
      ids.push(...(await again.importLog(await file.text(), file.name)));
    } catch (thrown) {
      const { message, hint } = toProblem(thrown);
      notices.say(`${file.name}: ${message}${hint ? ` ${hint}` : ''}`, { look: 'bad' });
    }
  const [only, ...more] = ids;
  if (only === undefined) return;
  notices.say(`${formatPlural(ids.length, 'run')} imported. Nothing was sent.`);
  if (more.length === 0) router.go({ place: 'run', runId: only, nodeId: null, quote: null });
}
