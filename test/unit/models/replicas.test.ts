/** One model at several addresses, over real sockets: the load shared, a dead one left alone, the connections told. */

import { describe, expect, it } from 'vitest';
import { createReplicatedModel } from '../../../src/adapters/models/replicas';
import { startOpenAiServer } from '../../fixtures/server/openai-server';
import { cellReply, runScripted } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';

const CALLS = 30;

describe('a model at three addresses, one of them dead', () => {
  it('answers every call, shares them out, and counts a call that moved as a retry', async () => {
    const reply = { text: 'fine', delayMs: 20, usage: { input: 10, output: 1 } };
    const servers = await Promise.all([1, 2, 3].map(() => startOpenAiServer(() => reply)));
    const [alive, dead, other] = servers;
    await dead?.close();
    const addresses = servers.slice(1).map(({ baseUrl }) => `${baseUrl}/`);
    const config = { baseUrl: alive?.baseUrl ?? '', model: 'm' };
    const sub = createReplicatedModel(config, [...addresses, config.baseUrl], () => ({}));
    expect(sub.replicas).toHaveLength(3);
    const { run, totals, told } = await runScripted({
      root: scriptedModel({ replies: [cellReply('ask'), cellReply('answer')] }),
      sub,
      limits: { maxConcurrency: 24 },
      cells: async ({ n, call, signal }) => {
        if (n === 1) return { finalAnswer: 'done' };
        const prompts = Array.from({ length: CALLS }, (_, i) => `question ${i}`);
        expect(await call({ kind: 'llm', prompts, model: null }, signal)).toEqual(prompts.map(() => 'fine'));
        return {};
      },
    });
    await alive?.close();
    await other?.close();
    const calls = run.turns[0]?.cells[0]?.calls ?? [];
    expect(calls.every(({ problem }) => problem === null)).toBe(true);
    expect(calls.some(({ retries }) => retries === 1)).toBe(true);
    expect(calls.every(({ retries }) => retries <= 1)).toBe(true);
    const [a = 0, b = 0] = [alive, other].map((server) => server?.stats.requests);
    expect(a + b).toBe(CALLS);
    expect(Math.min(a, b)).toBeGreaterThan(CALLS / 4);
    expect(totals.subcalls).toBe(CALLS);
    expect(told('six-connections').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^The 3 addresses of m speak HTTP\/1\.1, so the browser sends 18 requests at a time/,
      ),
    ]);
  });
});
