/** Runs resumed under their own ids, wherever they broke off. */

import { describe, expect, test } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { RunEvent } from '../../../src/core/record/events';
import { complete } from '../../../src/core/run/completion';
import { begin, cells, folded, LIMITS, model, run } from '../../fixtures/rerun-kit';
import { sentMessages } from '../../../src/core/record/sent-messages';
import { cellReply, systemClock } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls, type CellRule } from '../../fixtures/scripted-repl';

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

  test('messages that were summed up stay as the model was sent them', async () => {
    const narrow = () =>
      scriptedModel({
        contextTokens: 8_000,
        rule: ({ messages }) =>
          messages.at(-1)?.content.includes('window is nearly full') ? 'So far.' : cellReply('print'),
      });
    const rule: CellRule = ({ n }) => ({ stdout: `${n} ${'x'.repeat(9_000)}` });
    const limits = { ...LIMITS, maxTurns: 6 };
    const whole = await run(narrow(), null, rule, limits);
    const uninterrupted = folded(whole.events);
    expect(uninterrupted.run.turns.flatMap(({ asides }) => asides.map(({ purpose }) => purpose))).toContain(
      'summary',
    );
    expect(uninterrupted.run.turns.some(({ sent }) => sent !== null)).toBe(true);
    for (let cut = 1; cut < whole.events.length; cut++) {
      const before = whole.events.slice(0, cut);
      const again = narrow();
      const { events, outcome } = await run(again, begin('resume', before), rule, limits);
      const tree = folded([...before, ...events]);
      expect(outcome, `cut at ${cut}`).toMatchObject({
        status: 'partial',
        problem: { code: 'out-of-turns' },
      });
      expect(sentMessages(tree.run), `cut at ${cut}`).toEqual(sentMessages(uninterrupted.run));
      expect(tree.totals.calls, `cut at ${cut}`).toBe(uninterrupted.totals.calls);
      expect(again.calls.length, `cut at ${cut}`).toBe(tree.totals.calls - folded(before).totals.calls);
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
