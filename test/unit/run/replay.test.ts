/** Runs replayed: every reply from the record, nothing sent, cells run anew. */

import { describe, expect, test } from 'vitest';
import type { RunTree } from '../../../src/core/record/tree';
import { replayDifferences } from '../../../src/core/run/replay-differences';
import { begin, cells, folded, model, run } from '../../fixtures/rerun-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import type { CellRule } from '../../fixtures/scripted-repl';

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
