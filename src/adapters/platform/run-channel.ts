/** How the tabs of this site hear of each other's runs: a lock for each run under way, and a channel for the news. */

import * as v from 'valibot';
import type { RunNews, RunTabs } from '../../core/record/run-tabs';
import { whenFree } from './tab-locks';

const CHANNEL = 'sonde-runs';

/** Another tab may be an older or newer version of the program. */
const messageSchema = v.variant('type', [
  v.object({
    type: v.literal('written'),
    runId: v.string(),
    status: v.picklist(['running', 'answered', 'partial', 'stopped', 'failed', 'broken']),
  }),
  v.object({ type: v.literal('removed'), runId: v.string() }),
  v.object({ type: v.literal('stop'), runId: v.string() }),
]);

/** The name of the lock that the tab which writes a run holds until the last event is on disk. */
export function runLock(runId: string): string {
  return `sonde-run-${runId}`;
}

export function openRunChannel(): RunTabs {
  const channel = new BroadcastChannel(CHANNEL);
  const onNews: ((news: RunNews) => void)[] = [];
  const onAskedToStop: ((runId: string) => void)[] = [];
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = v.safeParse(messageSchema, data);
    if (!message.success) return;
    if (message.output.type === 'stop') for (const callback of onAskedToStop) callback(message.output.runId);
    else for (const callback of onNews) callback(message.output);
  });
  return {
    onNews: (callback) => void onNews.push(callback),
    onAskedToStop: (callback) => void onAskedToStop.push(callback),
    askToStop: (runId) => {
      channel.postMessage({ type: 'stop', runId });
    },
    tell: (news) => {
      channel.postMessage(news);
    },
    whenFree: (runId, signal) => whenFree(runLock(runId), signal),
  };
}
