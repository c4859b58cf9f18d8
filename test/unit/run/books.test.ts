/**
 * Random trees of runs against a server that keeps its own books: calls, children, steps up, verdicts, failures before and
 * amid a reply, retries, stops, limits. What the run says it has taken is what the server gave, to the token.
 */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import type { ChatEvent, ChatMessage, ChatModel, ChatOptions } from '../../../src/core/ports';
import { runCost } from '../../../src/core/record/measures';
import type { RunNode } from '../../../src/core/record/tree';
import { Ledger } from '../../../src/core/run/ledger';
import { estimateTextTokens } from '../../../src/core/turn/tokens';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Limit {
  readonly tokens: number;
  readonly usd: number;
}

/** What the server was asked for and gave, and whether anything was asked of it once a limit was passed. */
class Server {
  tokens = 0;
  usd = 0;
  requests = 0;
  readonly subcalls = new Set<string>();
  /** Requests sent although what had been given by then, and their own prompt, was over a limit. */
  readonly late: string[] = [];
  readonly #random: () => number;
  readonly #limit: Limit;
  readonly #onRequest: (n: number) => void;

  constructor(random: () => number, limit: Limit, onRequest: (n: number) => void) {
    this.#random = random;
    this.#limit = limit;
    this.#onRequest = onRequest;
  }

  model(name: string, price: { input: number; output: number }, reply: () => string): ChatModel {
    const complete = (messages: readonly ChatMessage[], options: ChatOptions, signal: AbortSignal) =>
      this.#complete(messages, options, signal, price, reply);
    return { name, host: 'server', contextTokens: 60_000, price, complete };
  }

  async *#complete(
    messages: readonly ChatMessage[],
    { origin }: ChatOptions,
    signal: AbortSignal,
    price: { input: number; output: number },
    reply: () => string,
  ): AsyncGenerator<ChatEvent> {
    const input = messages.reduce((sum, { content }) => sum + estimateTextTokens(content), 0);
    const give = (text: string) => {
      const output = estimateTextTokens(text);
      const usd = (input * price.input + output * price.output) / 1e6;
      this.tokens += input + output;
      this.usd += usd;
      return { inputTokens: input, outputTokens: output, costUsd: usd, estimated: false };
    };
    const ask = () => {
      this.#onRequest(++this.requests);
      if (origin?.role === 'sub') this.subcalls.add(origin.nodeId);
      const usd = this.usd + (input * price.input) / 1e6;
      if (this.tokens + input > this.#limit.tokens || usd > this.#limit.usd)
        this.late.push(origin?.role ?? '');
    };
    const retry = { type: 'retry', delayMs: 0, reason: 'trouble', code: 'server' } as const;
    ask();
    signal.throwIfAborted();
    for (let attempt = 1; this.#random() < 0.2; attempt++) {
      if (this.#random() < 0.5) {
        const part = 'words that came before the trouble '.repeat(1 + Math.floor(this.#random() * 9));
        yield { type: this.#random() < 0.5 ? 'text' : 'reasoning', text: part };
        await this.#pass();
        give(part);
      }
      yield { ...retry, attempt };
      ask();
    }
    const fate = this.#random();
    if (fate < 0.08) throw new SondeError({ code: 'server', message: 'The server answered 500.' });
    const text = fate < 0.14 ? '' : reply();
    if (fate > 0.92) {
      const part = text.slice(0, Math.ceil(text.length * this.#random()) + 1);
      if (part !== '') {
        yield { type: 'text', text: part };
        give(part);
      }
      if (fate > 0.96) throw new SondeError({ code: 'interrupted', message: 'The stream broke off.' });
      return; // it just ends
    }
    // From the first word on it is paid for, whether or not anybody hears the rest.
    let told = false;
    try {
      if (text !== '') yield { type: 'text', text };
      await this.#pass();
      if (signal.aborted) throw signal.reason as Error;
      told = true;
    } finally {
      if (!told && text !== '') give(text);
    }
    yield { type: 'end', usage: give(text), finish: fate < 0.2 ? 'length' : 'stop' };
    if (fate > 0.88) throw new SondeError({ code: 'interrupted', message: 'Reset after the end.' });
  }

  /** Others get their turn. */
  async #pass(): Promise<void> {
    for (let n = Math.floor(this.#random() * 4); n > 0; n--) await new Promise((done) => setImmediate(done));
  }
}

function pick<T>(random: () => number, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const CELLS = ['llm 1', 'llm 5', 'llm 9', 'rlm 1', 'rlm 3', 'json 2', 'fail', 'look', 'ready', 'draft'];

const cells: NonNullable<RunKit['cells']> = async ({ code, call, signal }) => {
  const [what = '', count = '0'] = code.trim().split(' ');
  const prompts = Array.from({ length: Number(count) }, (_, n) => `${'A part of the text. '.repeat(20)}${n}`);
  if (what === 'fail')
    return { error: { type: 'ValueError', message: 'no', line: 1 }, stderr: 'ValueError: no' };
  if (what === 'ready') return { finalAnswer: 'It is "a part of the text that was read by us".' };
  if (what === 'draft') return { draft: 'what is known so far' };
  if (prompts.length === 0) return { stdout: 'seen' };
  const schema = { type: 'object', required: ['accepted'] };
  const request = { kind: what === 'rlm' ? 'rlm' : 'llm', prompts, model: null } as const;
  try {
    const replies = await call(what === 'json' ? { ...request, schema } : request, signal);
    return { stdout: replies.join('\n').slice(0, 500) };
  } catch {
    return { interrupted: 'stop' };
  }
};

async function trial(seed: number) {
  const random = seeded(seed);
  const stop = new AbortController();
  const stopAt = random() < 0.25 ? Math.ceil(random() * 40) : Infinity;
  const limits = {
    maxDepth: pick(random, [1, 2, 3, 5]),
    maxTurns: pick(random, [2, 4, 6]),
    maxTokens: random() < 0.5 ? Math.ceil(random() * 60_000) : null,
    maxBudgetUsd: random() < 0.5 ? random() * 0.2 : null,
    maxSubcalls: random() < 0.3 ? Math.ceil(random() * 20) : null,
    maxErrors: random() < 0.3 ? 2 : null,
    maxConcurrency: pick(random, [1, 3, 16]),
  };
  const limit = { tokens: limits.maxTokens ?? Infinity, usd: limits.maxBudgetUsd ?? Infinity };
  const server = new Server(random, limit, (n) => {
    if (n === stopAt) stop.abort();
  });
  const turn = () => (random() < 0.1 ? 'Neither code nor answer.' : cellReply(pick(random, CELLS)));
  const words = () => (random() < 0.3 ? '{"accepted": true, "reasons": ""}' : 'some words of a reply');
  const verdict = () => `{"accepted": ${String(random() < 0.5)}, "reasons": "It may be so."}`;
  const root = server.model('root', { input: 2, output: 8 }, turn);
  const ladders = {
    root: [server.model('root+', { input: 4, output: 16 }, turn)],
    sub: [
      server.model('sub+', { input: 1, output: 4 }, words),
      server.model('sub++', { input: 3, output: 9 }, words),
    ],
    verifier: [server.model('judge+', { input: 3, output: 9 }, verdict)],
  };
  const settled = vi.spyOn(Ledger.prototype, 'reserve');
  const run = await runScripted({
    root,
    sub: server.model('sub', { input: 0.5, output: 2 }, words),
    cells,
    limits,
    signal: stop.signal,
    request: {
      ladders,
      verifier: random() < 0.5 ? server.model('judge', { input: 2, output: 6 }, verdict) : null,
    },
  });
  const ledger = settled.mock.contexts[0] as Ledger | undefined;
  settled.mockRestore();
  return { ...run, server, limits, ledger };
}

function* callsWithChildren(run: RunNode): Generator<RunNode['turns'][0]['cells'][0]['calls'][0]> {
  for (const turn of run.turns)
    for (const cell of turn.cells)
      for (const call of cell.calls) {
        if (!call.child) continue;
        yield call;
        yield* callsWithChildren(call.child);
      }
}

describe('the books of a tree', () => {
  afterEach(() => vi.restoreAllMocks());

  it('are the server’s own, whatever happens; nothing is sent once a limit is passed', async () => {
    const seen = { escalated: 0, children: 0, verdicts: 0, brokenTurns: 0, limits: 0, stops: 0 };
    for (let seed = 1; seed <= 200; seed++) {
      const { server, totals, run, ledger, limits, events, outcome } = await trial(seed);
      const where = `seed ${seed}, ${outcome.status}: ${outcome.problem?.message ?? ''}`;
      const given = { tokens: server.tokens, usd: server.usd.toFixed(9) };
      const counted = totals.inputTokens + totals.outputTokens;
      expect({ tokens: counted, usd: (totals.costUsd ?? NaN).toFixed(9) }, `record, ${where}`).toEqual(given);
      const { tokens = 0, costUsd = 0 } = ledger?.spent ?? {};
      expect({ tokens, usd: costUsd.toFixed(9) }, `ledger, ${where}`).toEqual(given);
      expect(server.late, where).toEqual([]);
      expect(server.subcalls.size, where).toBeLessThanOrEqual(limits.maxSubcalls ?? Infinity);
      for (const { usage, child } of callsWithChildren(run)) {
        const below = child && runCost(child);
        expect(usage?.inputTokens, `child, ${where}`).toBe(below?.inputTokens);
        expect(usage?.outputTokens, `child, ${where}`).toBe(below?.outputTokens);
        seen.children++;
      }
      seen.escalated += events.filter(({ type }) => type === 'escalated').length;
      for (const event of events)
        if (event.type === 'aside' && event.purpose === 'verdict') seen.verdicts++;
        else if (event.type === 'aside' && event.purpose === 'turn') seen.brokenTurns++;
      if (outcome.problem?.code === 'limit') seen.limits++;
      if (outcome.status === 'stopped') seen.stops++;
    }
    // The trees were wild enough to mean something.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
  }, 60_000);
});
