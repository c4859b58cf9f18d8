/** Two hundred calls at once through a server that does everything wrong a server can: every slot, every token, every try. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript, type Reply, type ReplySpec } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await openSite();
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterAll(() => site.close());

const HUGE = 5_000_000;

/** What a kind of call is answered, try by try (the last one repeats), and what its slot is to hold. */
interface Kind {
  readonly tries: readonly (ReplySpec | ((nowMs: number) => ReplySpec))[];
  /** A part of the error, or the text itself (of a good reply when absent). */
  readonly error?: RegExp;
  readonly text?: string;
}

const good: ReplySpec = {};
const KINDS: Record<string, Kind> = {
  plain: { tries: [good] },
  late: { tries: [{ delayMs: 400 }] },
  seconds: { tries: [{ status: 429, headers: { 'retry-after': '1' } }, good] },
  date: {
    tries: [
      (nowMs) => ({ status: 429, headers: { 'retry-after': new Date(nowMs + 1_500).toUTCString() } }),
      good,
    ],
  },
  milliseconds: { tries: [{ status: 429, headers: { 'retry-after-ms': '300' } }, good] },
  burst: { tries: [{ status: 500 }, { status: 503 }, good] },
  head: { tries: [{ fault: 'drop' }, good] },
  middle: { tries: [{ fault: 'half-drop' }, good] },
  half: { tries: [{ fault: 'half' }, good] },
  end: { tries: [{ fault: 'no-done' }] },
  malformed: { tries: [{ fault: 'garbage' }, good] },
  'wrong json': { tries: [{ fault: 'wrong-json' }, good] },
  nothing: { tries: [{ fault: 'empty' }, good] },
  reported: { tries: [{ fault: 'error-in-stream' }, good] },
  silent: { tries: [{ text: '' }], text: '' },
  huge: { tries: [{ text: 'x'.repeat(HUGE) }], text: 'x'.repeat(HUGE) },
  cut: { tries: [{ text: 'cut off he', finish: 'length' }], text: 'cut off he' },
  refused: {
    tries: [{ text: '', refusal: 'I would rather not.' }],
    error: /declined to answer.*I would rather not/,
  },
  filtered: { tries: [{ text: '', finish: 'content_filter' }], error: /content filter/ },
  page: { tries: [{ fault: 'html' }], error: /web page/ },
  bad: { tries: [{ status: 400, error: { message: 'not this one' } }], error: /not this one/ },
};
const names = Object.keys(KINDS);
/** Ten of each kind, but one huge reply. Those the server limits come first: each holds all others back for its time. */
const limits = ['seconds', 'date', 'milliseconds'];
const order = [...limits, ...names.filter((name) => !limits.includes(name))];
const prompts = order.flatMap((name) =>
  Array.from({ length: name === 'huge' ? 1 : 10 }, (_, n) => `${name} ${n}`),
);
const kindOf = (prompt: string): Kind => KINDS[prompt.replace(/ \d+$/, '')] ?? { tries: [good] };
const isWhole = ({ status, fault }: ReplySpec) =>
  (status === undefined || status === 200) && (fault === undefined || fault === 'no-done');

/** A try that broke off in the middle was paid for too, as far as anyone can tell: its short prompt, and what came of it. */
const BROKEN_OFF_TOKENS = 30;
const breaksOff = (prompt: string) => /^(middle|half|reported) /.test(prompt);

/** What the server did, by its own account: `charged` is what it billed for whole replies, in all and by prompt. */
function books() {
  const tries = new Map<string, number>();
  const charged = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const bills = new Map<string, { inputTokens: number; outputTokens: number }>();
  /** Usage is odd on purpose: nobody could estimate it. */
  const bill = (reply: ReplySpec, n: number, prompt = ''): ReplySpec => {
    if (!isWhole(reply)) return reply;
    const usage = { input: 1_000 + n, output: 10 + (n % 7) };
    charged.calls++;
    charged.inputTokens += usage.input;
    charged.outputTokens += usage.output;
    bills.set(prompt, { inputTokens: usage.input, outputTokens: usage.output });
    return { ...reply, usage };
  };
  const answer = (prompt: string, n: number): Reply => {
    const tried = tries.get(prompt) ?? 0;
    tries.set(prompt, tried + 1);
    const all = kindOf(prompt).tries;
    const scripted = all[Math.min(tried, all.length - 1)] ?? good;
    const spec = typeof scripted === 'function' ? scripted(Date.now()) : scripted;
    return bill({ text: `reply to ${prompt}`, ...spec }, n, prompt);
  };
  return { tries, charged, bills, bill, answer };
}

async function serverOf(account: ReturnType<typeof books>): Promise<OpenAiServer> {
  const turns = [
    cell(`import json\nreplies = llm_query_batched(${JSON.stringify(prompts)})\nprint(len(replies))`),
    cell('FINAL(json.dumps([r if len(r) < 1000 else f"{len(r)} {r.count(r[0])}" for r in replies]))'),
  ];
  const play = rootScript(turns, { sub: (prompt, { n }) => account.answer(prompt, n) });
  return startOpenAiServer(
    async (request) => {
      const reply = await play(request);
      return typeof reply === 'string' ? account.bill({ text: reply }, request.n) : reply;
    },
    { protocol: 'h2' },
  );
}

function ask(baseUrl: string) {
  return visit.page.evaluate(async (baseUrl) => {
    const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
    const result = await window.sonde.completion('some text', { root, limits: { maxConcurrency: 64 } });
    const tree = await window.sonde.runs.get(result.runId);
    const calls = (tree?.turns[0]?.cells[0]?.calls ?? []).map(
      ({ prompt, reply, cut, problem, retries, usage }) => ({
        prompt,
        chars: reply?.length,
        reply: reply?.slice(0, 300),
        cut,
        code: problem?.code ?? null,
        retries,
        inputTokens: usage?.inputTokens ?? NaN,
        outputTokens: usage?.outputTokens ?? NaN,
      }),
    );
    return { result, calls, totals: tree?.totals, notices: tree?.notices };
  }, baseUrl);
}

describe('a batch through a server with every fault', () => {
  it('has each slot right, each reply charged once, and no request more than it took', async () => {
    const account = books();
    const server = await serverOf(account);
    const { result, calls, totals, notices } = await ask(server.baseUrl);
    await server.close();
    expect(result.status).toBe('answered');
    const slots = JSON.parse(result.response) as string[]; // the scripted cell above wrote it
    expect(slots).toHaveLength(prompts.length);
    for (const [n, prompt] of prompts.entries()) {
      const { error, text = `reply to ${prompt}` } = kindOf(prompt);
      if (error) expect(slots[n]).toMatch(new RegExp(`^Error: .*${error.source}`));
      else expect(slots[n]).toBe(text.length < 1_000 ? text : `${text.length} ${text.length}`);
      expect(calls[n]).toMatchObject({ prompt, cut: text === 'cut off he' });
      expect(calls[n]?.code !== null).toBe(error !== undefined);
    }
    const triesOf = (all: Iterable<readonly [string, number]>) => Object.fromEntries(all);
    expect(triesOf(account.tries)).toEqual(triesOf(prompts.map((one) => [one, kindOf(one).tries.length])));
    expect(calls.map(({ retries }) => retries)).toEqual(prompts.map((one) => kindOf(one).tries.length - 1));
    const beyond = { inputTokens: 0, outputTokens: 0 };
    for (const { prompt, ...used } of calls) {
      const billed = account.bills.get(prompt) ?? { inputTokens: 0, outputTokens: 0 };
      for (const kind of ['inputTokens', 'outputTokens'] as const) {
        const more = used[kind] - billed[kind];
        beyond[kind] += more;
        expect(more, `${kind} of ${prompt}`).toBeGreaterThanOrEqual(0);
        expect(more, `${kind} of ${prompt}`).toBeLessThanOrEqual(breaksOff(prompt) ? BROKEN_OFF_TOKENS : 0);
      }
    }
    const inputTokens = account.charged.inputTokens + beyond.inputTokens;
    const outputTokens = account.charged.outputTokens + beyond.outputTokens;
    expect(totals).toMatchObject({ inputTokens, outputTokens, subcalls: prompts.length, cached: 0 });
    expect(result.usage['scripted']).toMatchObject({ ...account.charged, inputTokens, outputTokens });
    const throttled = (notices ?? []).filter(({ code }) => code === 'throttled').map(({ text }) => text);
    expect(throttled[0]).toMatch(/is limiting requests: \d+ calls at a time now, after \d+\./);
  });

  it('is stopped at once while it is held back', async () => {
    const server = await startOpenAiServer(
      rootScript([cell('llm_query_batched([f"q {n}" for n in range(100)])')], {
        sub: () => ({ status: 429, headers: { 'retry-after': '60' } }),
      }),
      { protocol: 'h2' },
    );
    const tookMs = await visit.page.evaluate(async (baseUrl) => {
      const stop = new AbortController();
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const limits = { maxConcurrency: 64 };
      let stoppedAtMs = 0;
      await window.sonde.completion('some text', {
        root,
        limits,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type !== 'notice' || event.code !== 'throttled' || stoppedAtMs > 0) return;
          stoppedAtMs = performance.now();
          stop.abort();
        },
      });
      return performance.now() - stoppedAtMs;
    }, server.baseUrl);
    const { requests } = server.stats;
    await server.close();
    expect(tookMs).toBeLessThan(1_000);
    expect(requests).toBeLessThanOrEqual(65);
  });
});
