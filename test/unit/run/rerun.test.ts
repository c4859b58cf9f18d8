/** Runs gone through again: resumed under their own ids wherever they broke off, and replayed with nothing sent. */

import { describe, expect, test } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { ChatModel } from '../../../src/core/ports';
import type { RunEvent } from '../../../src/core/record/events';
import { foldRun } from '../../../src/core/record/fold';
import type { RunTree } from '../../../src/core/record/tree';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/run/limits';
import { rerunOf } from '../../../src/core/run/recorded-part';
import { replayDifferences } from '../../../src/core/run/replay-differences';
import type { Rerun } from '../../../src/core/run/request';
import { cellReply, systemClock } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls, type CellRule } from '../../fixtures/scripted-repl';

const LIMITS: Limits = { ...DEFAULT_LIMITS, maxDepth: 2, maxTokens: 1_000_000, maxSubcalls: 100 };

/** Two turns of batches, threads and a child, then an answer made of everything that was said. */
const cells: CellRule = async ({ code, call, signal, context }) => {
  const llm = async (...prompts: string[]) => call({ kind: 'llm', prompts, model: null }, signal);
  if (code === 'one') {
    const both = await Promise.all([llm('a', 'b', 'b'), llm('c')]);
    return { stdout: both.flat().join(' '), draft: 'first' };
  }
  if (code === 'two') {
    const [child] = await call({ kind: 'rlm', prompts: ['the child’s text'], model: null }, signal);
    return { stdout: `${child} ${(await llm('d')).join()}` };
  }
  if (code === 'inner') return { stdout: (await llm(`of ${context}`)).join() };
  if (code === 'inner-done') return { finalAnswer: `child ${context.length}` };
  return { finalAnswer: 'all done' };
};

/** Equal prompts get different replies, so that giving back the wrong one is seen. */
function model(): ReturnType<typeof scriptedModel> {
  let n = 0;
  return scriptedModel({
    price: { input: 1, output: 1 },
    rule: async ({ messages }) => {
      await new Promise((resolve) => setTimeout(resolve, n % 3));
      const turns = messages.filter(({ role }) => role === 'assistant').length;
      if (messages.length === 1) return `${messages[0]?.content ?? ''}#${n++}`;
      const isChild = !messages.some(({ content }) => content.includes('Who is it?'));
      if (isChild) return cellReply(turns === 0 ? 'inner' : 'inner-done');
      return cellReply(['one', 'two', 'three'][turns] ?? 'three');
    },
  });
}

async function run(root: ChatModel, rerun: Rerun | null = null, rule: CellRule = cells, limits = LIMITS) {
  const events: RunEvent[] = [];
  let ids = 0;
  const prefix = rerun ? `${rerun.mode}${rerun.nextSeq}-` : 'id';
  const request = {
    question: 'Who is it?',
    context: textContext('It is I.'),
    corpus: null,
    root,
    sub: root,
    limits,
    rerun,
  };
  const ports = {
    repls: scriptedRepls(rule),
    clock: systemClock,
    newId: () => `${prefix}${ids++}`,
    onEvent: (event: RunEvent) => events.push(event),
  };
  const outcome = await complete(request, ports, new AbortController().signal);
  return { events, outcome };
}

function folded(events: readonly RunEvent[]): RunTree {
  const tree = foldRun(events);
  if (!tree) throw new Error('no tree');
  return tree;
}

const begin = (mode: Rerun['mode'], events: readonly RunEvent[]): Rerun => {
  const rerun = rerunOf(mode, events);
  if (!rerun) throw new Error('nothing to go through');
  return rerun;
};

/** What a run came to, without its times and ids. */
function gist({ run: root }: RunTree): unknown {
  return JSON.parse(
    JSON.stringify(root, (name, value: unknown) =>
      /^(id|.*Id|batchId|.*AtMs|durationMs|queuedMs|computeMs|replays|settings|host|notices|usage)$/.test(
        name,
      )
        ? undefined
        : value,
    ),
  ) as unknown;
}

describe('resume', () => {
  test('from every event on ends with the same run, asking only for what is not recorded', async () => {
    const whole = await run(model());
    const uninterrupted = folded(whole.events);
    const replies = uninterrupted.totals.calls;
    expect(replies).toBe(5 + 4 + 2);
    for (let cut = 1; cut < whole.events.length; cut++) {
      const before = whole.events.slice(0, cut);
      const again = model();
      const { events, outcome } = await run(again, begin('resume', before));
      const log = [...before, ...events];
      expect(outcome, `cut at ${cut}`).toMatchObject({ status: 'answered', answer: 'all done' });
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at));
      expect(events[0]).toMatchObject({ type: 'notice', code: 'resumed' });
      const tree = folded(log);
      expect(tree.totals.calls, `cut at ${cut}`).toBe(replies);
      const answered = folded(before).totals.calls;
      expect(again.calls.length, `cut at ${cut}`).toBe(replies - answered);
      // Nothing is there twice, and nothing is left open.
      const begun = log
        .filter(({ type }) => type.endsWith('-started'))
        .map((event) => JSON.stringify({ ...event, seq: 0, atMs: 0 }));
      expect(new Set(begun).size).toBe(begun.length);
      expect(tree.run.turns.map(({ cells: all }) => all.map((cell) => cell.calls.length))).toEqual([
        [4],
        [2],
        [0],
      ]);
      expect(tree.run.status).toBe('answered');
    }
  });

  test('the ledger goes on from what was spent', async () => {
    const whole = await run(model());
    const upTo = whole.events.findIndex((event) => event.type === 'turn-finished') + 1;
    const before = whole.events.slice(0, upTo);
    const { totals } = folded(before);
    const spent = totals.inputTokens + totals.outputTokens;
    const { outcome } = await run(model(), begin('resume', before), cells, {
      ...LIMITS,
      maxTokens: spent + 10,
    });
    expect(outcome).toMatchObject({ status: 'partial', answer: 'first', problem: { code: 'limit' } });
    const calls = await run(model(), begin('resume', before), cells, { ...LIMITS, maxSubcalls: 4 });
    const last = folded([...before, ...calls.events]).run.turns[1]?.cells[0]?.calls[1];
    expect(last?.problem).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('maxSubcalls') as string,
    });
  });

  test('a run that was stopped asks again for what the stop cut off', async () => {
    const events: RunEvent[] = [];
    const stop = new AbortController();
    let ids = 0;
    const root = model();
    const request = {
      question: 'Who is it?',
      context: textContext('It is I.'),
      corpus: null,
      root,
      sub: root,
      limits: LIMITS,
    };
    const onEvent = (event: RunEvent) => {
      events.push(event);
      if (
        event.type === 'call-finished' &&
        events.filter(({ type }) => type === 'call-finished').length === 2
      )
        stop.abort();
    };
    const rule: CellRule = async (cell) => {
      try {
        return await cells(cell);
      } catch {
        return { interrupted: 'stop', error: { type: 'KeyboardInterrupt', message: '', line: null } };
      }
    };
    await complete(
      request,
      { repls: scriptedRepls(rule), clock: systemClock, newId: () => `id${ids++}`, onEvent },
      stop.signal,
    );
    expect(folded(events).run.status).toBe('stopped');
    const { events: more, outcome } = await run(model(), begin('resume', events));
    expect(outcome).toMatchObject({ status: 'answered', answer: 'all done' });
    const calls = folded([...events, ...more]).run.turns[0]?.cells[0]?.calls ?? [];
    expect(calls.map(({ prompt, reply }) => reply?.startsWith(`${prompt}#`))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('replay', () => {
  const nobody = () =>
    scriptedModel({
      rule: () => {
        throw new Error('a replay asked a model');
      },
    });

  test('gives every reply back, asks nobody, and is the same each time', async () => {
    const whole = folded((await run(model())).events);
    const record = (await run(model())).events;
    const asked = nobody();
    const first = await run(asked, begin('replay', record));
    const second = await run(asked, begin('replay', record));
    expect(asked.calls).toEqual([]);
    const tree = folded(first.events);
    expect(tree.run).toMatchObject({
      status: 'answered',
      answer: whole.run.answer,
      replays: folded(record).run.id,
    });
    expect(tree.totals).toMatchObject({ calls: 0, inputTokens: 0, costUsd: 0 });
    expect(replayDifferences(folded(record).run, tree.run)).toEqual([]);
    expect(gist(tree)).toEqual(gist(folded(second.events)));
    expect(second.events.map(({ type }) => type)).toEqual(first.events.map(({ type }) => type));
    const replies = (one: RunTree) =>
      one.run.turns.flatMap((turn) =>
        turn.cells.flatMap((cell) => cell.calls.map(({ prompt, reply }) => [prompt, reply])),
      );
    expect(replies(tree)).toEqual(replies(folded(record)));
  });

  test('shows what did otherwise, and goes on with what the model said then', async () => {
    const record = (await run(model())).events;
    const changed: CellRule = async (cell) => {
      const result = await cells(cell);
      return cell.code === 'one' ? { ...result, stdout: 'line\nother' } : result;
    };
    const { events, outcome } = await run(nobody(), begin('replay', record), changed);
    expect(outcome.status).toBe('answered');
    const tree = folded(events);
    const [difference, ...more] = replayDifferences(folded(record).run, tree.run);
    expect(more).toEqual([]);
    expect(difference).toMatchObject({ what: 'stdout', turn: 0, cell: 0, now: 'line\nother' });
    expect(tree.run.notices.filter(({ code }) => code === 'replay-differs')).toMatchObject([
      { text: expect.stringContaining('line 1 of what it printed is “line”') as string },
    ]);
  });

  test('takes calls at their place where the prompt is another, and has nothing for what was never asked', async () => {
    const record = (await run(model())).events;
    const changed: CellRule = async (cell) => {
      if (cell.code !== 'one') return cells(cell);
      const replies = await cell.call(
        { kind: 'llm', prompts: ['a', 'b!', 'b', 'c', 'new'], model: null },
        cell.signal,
      );
      return { stdout: replies.join('|') };
    };
    const tree = folded((await run(nobody(), begin('replay', record), changed)).events);
    const was = folded(record).run.turns[0]?.cells[0]?.calls.map(({ reply }) => reply) ?? [];
    const now = tree.run.turns[0]?.cells[0]?.calls.map(({ reply }) => reply) ?? [];
    expect(now.slice(0, 1)).toEqual(was.slice(0, 1));
    expect(now[3]).toBe(was[3]);
    expect(now[4]).toBe('Error: not in the record');
    expect(replayDifferences(folded(record).run, tree.run).map(({ what }) => what)).toEqual([
      'stdout',
      'calls',
    ]);
  });

  test('ends where the record ends', async () => {
    const record = (await run(model())).events;
    const upTo = record.findIndex((event) => event.type === 'turn-finished') + 1;
    const { outcome } = await run(nobody(), begin('replay', record.slice(0, upTo)));
    expect(outcome).toMatchObject({
      status: 'partial',
      answer: 'first',
      problem: { message: expect.stringContaining('replay ends here') as string },
    });
  });
});
