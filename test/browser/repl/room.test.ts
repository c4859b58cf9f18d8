/** Interpreters kept for a next question give way to whoever needs one now, and are saved before. */

import { afterAll, expect, it } from 'vitest';
import { Conversations } from '../../../src/app/conversations';
import { pageClock } from '../../../src/adapters/platform/clock';
import { textContext } from '../../../src/core/corpus/context';
import type { SavedVariables } from '../../../src/core/ports';
import { cell, factory, noCalls, openRepl } from './harness';

const saved = new Map<string, SavedVariables>();
const conversations = new Conversations({
  store: {
    list: () => Promise.resolve([]),
    context: () => Promise.resolve(null),
    keepVariables: async (runId, variables) => void saved.set(runId, variables),
    variables: (runId) => Promise.resolve(saved.get(runId) ?? null),
  },
  run: () => Promise.resolve(null),
  corpus: () => Promise.reject(new Error('there is no corpus')),
  clock: pageClock,
  most: 2,
  isBusy: () => false,
  saving: { begin: () => () => undefined, done: () => Promise.resolve() },
});
const repls = factory({ width: 2, onFull: () => conversations.makeRoom() });
afterAll(() => repls.close());

it(
  'a pool full of kept interpreters gives up the eldest for each one asked for',
  { timeout: 60_000 },
  async () => {
    for (const runId of ['one', 'two']) {
      const repl = await openRepl(repls, runId, noCalls, { treeId: runId });
      expect((await cell(repl, `kept = context`)).error).toBeNull();
      conversations.keep(runId, repl, { context: textContext(runId), save: true, follows: null });
    }
    const asked = await openRepl(repls, 'asked', noCalls, { treeId: 'asked' });
    expect(saved.get('one')?.names).toEqual(['kept']);
    // A child of it takes the last place that was kept.
    const child = await openRepl(repls, 'child', noCalls, { treeId: 'asked', depth: 1 });
    expect((await cell(child, 'print(context)')).stdout).toBe('child\n');
    expect(saved.get('two')?.names).toEqual(['kept']);
    child.close();
    asked.close();
  },
);
