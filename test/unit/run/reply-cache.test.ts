/** Replies to sub-calls kept from run to run: what is taken from them, what is kept, and what it costs. */

import { describe, expect, it } from 'vitest';
import type { ReplyCache, ReplyKey } from '../../../src/core/run/reply-cache';
import type { SubcallRequest } from '../../../src/core/ports';
import { canonicalJson } from '../../../src/adapters/store/reply-hash';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModelOptions } from '../../fixtures/scripted-model';

function memoryCache() {
  const kept = new Map<string, string>();
  const lookups: number[] = [];
  const hashOf = (key: ReplyKey) => canonicalJson(key);
  const cache: ReplyCache = {
    find: (keys) => {
      lookups.push(keys.length);
      return Promise.resolve(keys.map((key) => kept.get(hashOf(key)) ?? null));
    },
    keep: (key, reply) => kept.set(hashOf(key), reply),
  };
  return { cache, kept, lookups };
}

/** One run whose only cell asks the sub-model these prompts at once. */
async function asking(
  cache: ReplyCache,
  prompts: readonly string[],
  {
    sub = {},
    more = {},
    ...kit
  }: { sub?: ScriptedModelOptions; more?: Partial<SubcallRequest> } & Omit<Partial<RunKit>, 'sub'> = {},
) {
  const answers = scriptedModel({ name: 'sub', host: 'sub.example', rule: ({ n }) => `reply ${n}`, ...sub });
  let replies: readonly string[] = [];
  const run = await runScripted({
    root: scriptedModel({ replies: [cellReply('ask'), cellReply('answer')] }),
    sub: answers,
    cells: async ({ n, call, signal }) => {
      if (n === 1) return { finalAnswer: 'done' };
      replies = await call({ kind: 'llm', prompts, model: null, ...more }, signal);
      return {};
    },
    ports: { replies: cache },
    ...kit,
  });
  return { ...run, replies, sent: answers.calls.length };
}

describe('kept replies', () => {
  it('answer the same questions of a later run, free of charge, and the others are asked', async () => {
    const { cache, lookups } = memoryCache();
    const first = await asking(cache, ['a', 'b', 'c']);
    expect([first.sent, first.totals.cached]).toEqual([3, 0]);
    const second = await asking(cache, ['b', 'new', 'a'], { limits: { maxSubcalls: 1 } });
    expect(second.replies).toEqual(['reply 1', 'reply 0', 'reply 0']);
    expect(second.sent).toBe(1);
    expect(second.totals.cached).toBe(2);
    expect(second.run.status).toBe('answered');
    const calls = second.run.turns[0]?.cells[0]?.calls ?? [];
    expect(calls.map(({ cached, usage }) => [cached, (usage?.inputTokens ?? 0) > 0])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
    expect(lookups).toEqual([3, 3]); // one reading a batch
  });

  it('give a prompt asked five times at once five replies, the same five the next time', async () => {
    const { cache } = memoryCache();
    const prompts = ['one', 'one', 'one', 'one', 'one'];
    const first = await asking(cache, prompts);
    expect(first.sent).toBe(5);
    expect(new Set(first.replies).size).toBe(5);
    const second = await asking(cache, prompts);
    expect([second.sent, second.replies]).toEqual([0, first.replies]);
  });

  it('are told apart by model, host and schema, not by the order of its fields', async () => {
    const { cache } = memoryCache();
    const json = { rule: () => '{"a":1}' };
    const schema = { type: 'object', required: ['a'] };
    await asking(cache, ['q'], { sub: json, more: { schema } });
    const sentBy = async (sub: ScriptedModelOptions, more: Partial<SubcallRequest>) =>
      (await asking(cache, ['q'], { sub: { ...json, ...sub }, more })).sent;
    expect(await sentBy({}, { schema: { required: ['a'], type: 'object' } })).toBe(0);
    expect(await sentBy({}, { schema: { type: 'object', required: ['b'] } })).toBeGreaterThan(0);
    expect(await sentBy({}, {})).toBe(1);
    expect(await sentBy({ host: 'other.example' }, { schema })).toBe(1);
    expect(await sentBy({ name: 'other' }, { schema })).toBe(1);
  });

  it('are whole, not empty, and no failures', async () => {
    const { cache, kept } = memoryCache();
    const sub: ScriptedModelOptions = {
      rule: ({ n }) => (n === 0 ? { text: 'half a rep', finish: 'length' } : n === 1 ? ' ' : 'fine'),
      failures: { 2: new Error('gone') },
    };
    const run = await asking(cache, ['cut', 'empty', 'failing', 'fine'], { sub });
    expect(run.replies).toEqual(['half a rep', ' ', 'Error: gone', 'fine']);
    expect([...kept.values()]).toEqual(['fine']);
    expect(run.run.turns[0]?.cells[0]?.calls.map(({ cut }) => cut)).toEqual([true, false, false, false]);
  });

  it('are not used when the run is asked not to, nor for what is computed here', async () => {
    const { cache, kept, lookups } = memoryCache();
    await asking(cache, ['a'], { request: { cache: false } });
    await asking(cache, ['a'], { sub: { host: null } });
    expect([kept.size, lookups]).toEqual([0, []]);
    await asking(cache, ['a'], { sub: { host: null, engine: 'gpu' } });
    expect(kept.size).toBe(1);
  });
});
