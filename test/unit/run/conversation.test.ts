/** What root models are sent, message by message, and in which order engines are asked. */

import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../src/core/ports';
import type { RunEvent } from '../../../src/core/record/events';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import {
  scriptedModel,
  strictTokens,
  type ScriptedCall,
  type ScriptedModel,
} from '../../fixtures/scripted-model';

const isRoot = ({ messages }: ScriptedCall): boolean => messages[0]?.role === 'system';
const isSummary = ({ messages }: ScriptedCall): boolean =>
  /^(Your messages are about to outgrow|Your window is nearly full)/.test(messages.at(-1)?.content ?? '');

/** Turn by turn: what goes wrong in runs of small models, all of it. */
const rough = [
  'The answer is probably blue.', // neither cell nor answer
  'FINAL(blue)', // before any look
  '', // nothing
  cellReply('fail'),
  `${cellReply('look')}\n\nFINAL(blue)`, // held
  '   \n', // nothing again
  cellReply('look  ') + '  \n\n',
  'FINAL_VAR(unknown)',
  `${cellReply('call')}\n\n${cellReply('look')}`,
  'Café — 海 𝄞, byte for byte.\r\n' + cellReply('look'),
];

const cells: RunKit['cells'] = async ({ code, call, signal }) => {
  if (code === 'fail')
    return { stderr: '\nValueError: no', error: { type: 'ValueError', message: 'no', line: 1 } };
  if (code !== 'call') return { stdout: 'something seen\n' };
  const replies = await call({ kind: 'llm', prompts: ['a', 'b', 'c'], model: null }, signal);
  return { stdout: replies.join() };
};

/** Requests whose beginning is not the request and the reply before it. */
function broken(calls: readonly ScriptedCall[]): number[] {
  const roots = calls.filter(isRoot);
  return roots.flatMap(({ messages, n }, i) => {
    const before = roots[i - 1];
    if (!before) return [];
    const expected: ChatMessage[] = [...before.messages, { role: 'assistant', content: before.reply }];
    return JSON.stringify(messages.slice(0, -1)) === JSON.stringify(expected) ? [] : [n];
  });
}

describe('the conversation with an engine', () => {
  it('only ever grows at its end: every request begins with the one before and its reply, byte for byte', async () => {
    const model = scriptedModel({
      engine: 'gpu',
      rule: (call) => (isRoot(call) ? (rough[call.messages.length / 2 - 1] ?? 'best guess') : 'fine'),
    });
    const { outcome, run } = await runScripted({ root: model, cells, limits: { maxTurns: rough.length } });
    expect(outcome).toMatchObject({ status: 'partial', problem: { code: 'out-of-turns' } });
    expect(new Set(run.notices.map(({ code }) => code))).toEqual(
      new Set([
        'format-reminder',
        'explore-first',
        'answer-held',
        'answer-refused',
        'limit-warning',
        'out-of-turns',
      ]),
    );
    expect(model.calls.filter(isRoot)).toHaveLength(rough.length + 1);
    expect(broken(model.calls)).toEqual([]);
  });

  it('breaks off where it was compacted, and nowhere else', async () => {
    let turn = 0;
    const model = scriptedModel({
      engine: 'gpu',
      contextTokens: 4_096,
      tokensOf: strictTokens,
      rule: (call) =>
        isSummary(call) ? 'I know this much.' : ++turn === 25 ? 'FINAL(done)' : cellReply('look'),
    });
    const { outcome, events } = await runScripted({
      root: model,
      cells: () => ({ stdout: 'seen it '.repeat(180) }),
    });
    expect(outcome.answer).toBe('done');
    const compacted = events.filter((event) => event.type === 'notice' && event.code === 'compacted');
    expect(compacted.length).toBeGreaterThan(1);
    // The request for a summary still begins as the turn before; the turn after it is where the conversation is new.
    expect(broken(model.calls)).toEqual(model.calls.filter(isSummary).map(({ n }) => n + 1));
    expect(broken(model.calls)).toHaveLength(compacted.length);
  });

  it('leaves an empty reply out for a server, which would refuse it, and keeps the roles in turn', async () => {
    const model = scriptedModel({ replies: ['', cellReply('look'), 'FINAL(x)'] });
    await runScripted({ root: model, cells });
    const roles = model.calls.at(-1)?.messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'user']);
    expect(model.calls.at(-1)?.messages.every(({ content }) => content !== '')).toBe(true);
  });
});

describe('an engine that does one reply at a time', () => {
  /** Turns of the root that had to be read from the beginning. */
  const reread = (model: ScriptedModel) =>
    model.calls.filter((call) => isRoot(call) && !call.reused).map(({ n }) => n);

  it('reads the root’s conversation anew once a turn at most, however the cells ask', async () => {
    const replies = [cellReply('threads'), cellReply('plain'), cellReply('call'), 'FINAL(x)'];
    const model = scriptedModel({
      engine: 'gpu',
      latencyMs: 1,
      rule: (call) => (isRoot(call) ? (replies[call.messages.length / 2 - 1] ?? '') : 'fine'),
    });
    const { outcome } = await runScripted({
      root: model,
      cells: async ({ code, call, signal }) => {
        const ask = (n: number) =>
          call({ kind: 'llm', prompts: Array.from({ length: n }, (_, i) => `p${i}`), model: null }, signal);
        if (code === 'threads') await Promise.all([ask(5), ask(3), ask(1)]);
        if (code === 'call') await ask(4);
        return { stdout: 'ok' };
      },
    });
    expect(outcome.answer).toBe('x');
    expect(model.inFlight.max).toBe(1);
    // The first is new to the engine; the turns after sub-calls are read again, the one after a plain cell is not.
    expect(reread(model)).toEqual([0, 10, 16]);
  });

  it('runs children one after the other, and no batch beside them', async () => {
    const model = scriptedModel({
      engine: 'gpu',
      latencyMs: 1,
      rule: ({ messages }) => {
        const text = messages.map(({ content }) => content).join('\n');
        if (!text.includes('REPL')) return 'fine'; // a sub-call
        if (text.includes('Find the parts'))
          return text.includes('children done') ? 'FINAL(all)' : cellReply('start');
        return messages.length > 3 ? 'FINAL(child)' : cellReply('child looks');
      },
    });
    const { outcome, events } = await runScripted({
      root: model,
      question: 'Find the parts',
      limits: { maxDepth: 2 },
      cells: async ({ code, call, signal }) => {
        if (code !== 'start') return { stdout: 'seen' };
        await Promise.all([
          call({ kind: 'rlm', prompts: ['one', 'two', 'three'], model: null }, signal),
          call({ kind: 'llm', prompts: ['a', 'b'], model: null }, signal),
          call({ kind: 'rlm', prompts: ['four'], model: null }, signal),
        ]);
        return { stdout: 'children done' };
      },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'all' });
    expect(model.inFlight.max).toBe(1);
    expect(overlaps(events)).toBe(0);
    // Of each child's two turns the second finds the first in the engine's cache.
    const children = model.calls.filter(
      (call) => isRoot(call) && !JSON.stringify(call).includes('Find the parts'),
    );
    expect(children.map(({ reused }) => reused)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('is told of honestly: a batch is answered one at a time', async () => {
    const server = scriptedModel({ replies: ['FINAL(x)', 'FINAL(x)'] });
    const system = () => server.calls.at(-1)?.messages[0]?.content;
    await runScripted({ root: server, sub: scriptedModel({ engine: 'gpu' }) });
    expect(system()).toContain('many at once, answered one at a time, order kept');
    const other = scriptedModel({ replies: ['FINAL(x)', 'FINAL(x)'] });
    await runScripted({ root: other });
    expect(other.calls[0]?.messages[0]?.content).toContain('many at once, 16 side by side, order kept');
  });
});

/** How often a run began before the one before it at its depth had ended. */
function overlaps(events: readonly RunEvent[]): number {
  let open = 0;
  let count = 0;
  for (const event of events) {
    if (event.type === 'run-started' && event.depth > 0 && open++ > 0) count++;
    if (event.type === 'run-finished') open--;
  }
  return count;
}

describe('a call', () => {
  it('says whose it is, which form it wants, and how long it waits', async () => {
    const model = scriptedModel({
      engine: 'gpu',
      latencyMs: 30,
      rule: (call) => (isRoot(call) ? (call.messages.length > 2 ? 'thinking' : cellReply('call')) : 'fine'),
    });
    const { run, deltas, events } = await runScripted({ root: model, cells, limits: { maxTurns: 2 } });
    const turns = run.turns.map(({ id }) => id);
    const subcalls = run.turns[0]?.cells[0]?.calls ?? [];
    const treeId = run.id;
    const runId = run.id;
    expect(model.calls.map(({ options }) => options.origin)).toEqual([
      { treeId, runId, nodeId: turns[0], role: 'root' },
      ...subcalls.map(({ id }) => ({ treeId, runId, nodeId: id, role: 'sub' })),
      { treeId, runId, nodeId: turns[1], role: 'root' },
      { treeId, runId, nodeId: turns[1], role: 'root' }, // the best answer, out of turns
    ]);
    expect(model.calls.map(({ options }) => options.shape?.kind)).toEqual([
      'turn', undefined, undefined, undefined, 'turn', undefined,
    ]); // prettier-ignore
    const waits = deltas.filter((delta) => delta.type === 'waiting');
    expect(waits.map(({ nodeId, ahead }) => [subcalls.findIndex(({ id }) => id === nodeId), ahead])).toEqual([
      [1, 1], [2, 2], [2, 1],
    ]); // prettier-ignore
    // A call's own time is its own: what it waited for others is told apart.
    const last = events.findLast((event) => event.type === 'call-finished');
    expect(last?.queuedMs).toBeGreaterThanOrEqual(55);
    expect(last?.durationMs).toBeLessThan(55);
  });
});
