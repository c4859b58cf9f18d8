/** Resuming what is more than one plain question: other limits, a conversation, a verifier, a root model moved up to. */

import { describe, expect, it } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import { SondeError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/core/record/events';
import { sentMessages } from '../../../src/core/record/sent-messages';
import type { RunTree } from '../../../src/core/record/tree';
import type { Follows } from '../../../src/core/run/request';
import { begin, folded } from '../../fixtures/rerun-kit';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls, type CellRule } from '../../fixtures/scripted-repl';

/** A run is cut off after every event, and resumed; `again` looks at what came of each. */
async function everywhere(
  kit: () => RunKit,
  again: (tree: RunTree, log: readonly RunEvent[], kit: RunKit, cut: number) => void,
): Promise<RunTree> {
  const whole = await runScripted(kit());
  const uninterrupted = folded(whole.events);
  for (let cut = 1; cut < whole.events.length; cut++) {
    const before = whole.events.slice(0, cut);
    const next = kit();
    const { events, outcome } = await resumed(before, next);
    const log = [...before, ...events];
    const tree = folded(log);
    const at = `cut at ${String(cut)}`;
    expect(outcome, at).toMatchObject({ status: whole.outcome.status, answer: whole.outcome.answer });
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, seq) => seq));
    expect(tree.totals.calls, at).toBe(uninterrupted.totals.calls);
    expect(sentMessages(tree.run), at).toEqual(sentMessages(uninterrupted.run));
    again(tree, log, next, cut);
  }
  return uninterrupted;
}

function resumed(before: readonly RunEvent[], kit: RunKit) {
  let ids = 0;
  const ports = { ...kit.ports, newId: () => `again${String(before.length)}-${String(ids++)}` };
  const request = { ...kit.request, rerun: begin('resume', before) };
  return runScripted({ ...kit, ports, request, earlier: before });
}

/** Each cell says what it is; `done` is an answer. */
const cells: CellRule = ({ code }) =>
  code.startsWith('done') ? { finalAnswer: code } : { stdout: `printed ${code}` };

/** Says the n-th of its turns by how many replies it is shown. */
function byTurn(name: string, replies: readonly string[]) {
  const rule: Parameters<typeof scriptedModel>[0]['rule'] = ({ messages }) =>
    replies[messages.filter(({ role }) => role === 'assistant').length] ?? 'nothing';
  return scriptedModel({ name, rule });
}

describe('with other limits', () => {
  const root = () => byTurn('root', ['one', 'two', 'three', 'done'].map(cellReply));

  it('records those in force, says what they were, and asks for a next turn where it had asked for the best answer', async () => {
    const short = await runScripted({ root: root(), cells, limits: { maxTurns: 2, maxTokens: 90_000 } });
    expect(short.outcome).toMatchObject({ status: 'partial', problem: { code: 'out-of-turns' } });
    expect(short.run.turns[1]?.feedback).not.toContain('Turn 3/');
    const model = root();
    const more = await resumed(short.events, {
      root: model,
      cells,
      limits: { maxTurns: 4, maxTokens: null },
    });
    expect(more.outcome).toMatchObject({ status: 'answered', answer: 'done' });
    const log = [...short.events, ...more.events];
    const { run } = folded(log);
    expect(run.limits).toMatchObject({ maxTurns: 4, maxTokens: null });
    expect(run.notices.find(({ code }) => code === 'resumed')?.text).toContain(
      'Limits from here on: turns 4 (2 before), tokens no limit (90,000 before).',
    );
    expect(model.calls.map(({ messages }) => messages.at(-1)?.content)).toEqual([
      expect.stringMatching(/printed two[^]*Turn 3\/4/),
      expect.stringMatching(/printed three[^]*Turn 4\/4/),
    ]);
    expect(sentMessages(run).slice(2)).toEqual(model.calls.map(({ messages }) => messages));
    // Resumed once more, they hold without being given.
    const cut = log.slice(0, -1);
    expect(begin('resume', cut).record.limits).toMatchObject({ maxTurns: 4, maxTokens: null });
    const last = await resumed(cut, { root: root(), cells, limits: run.limits });
    expect(last.events[0]).not.toHaveProperty('limits');
    expect(last.outcome.status).toBe('answered');
  });

  it('goes on after a cell that ended it by its limit', async () => {
    const failing: CellRule = ({ code }) =>
      code.startsWith('done')
        ? { finalAnswer: code }
        : { error: { type: 'ValueError', message: 'no', line: 1 } };
    const short = await runScripted({ root: root(), cells: failing, limits: { maxErrors: 2 } });
    expect(short.outcome.problem?.message).toContain('maxErrors');
    const model = root();
    const more = await resumed(short.events, { root: model, cells: failing, limits: { maxErrors: 9 } });
    expect(more.outcome).toMatchObject({ status: 'answered', answer: 'done' });
    const { run } = folded([...short.events, ...more.events]);
    expect(sentMessages(run).slice(2)).toEqual(model.calls.map(({ messages }) => messages));
  });
});

it('by another root model, its replies are told from those of the one before', async () => {
  const root = (name: string) => byTurn(name, ['one', 'two', 'done'].map(cellReply));
  const whole = await runScripted({ root: root('old'), cells });
  const upTo = whole.events.findIndex(({ type }) => type === 'turn-finished') + 1;
  const before = whole.events.slice(0, upTo);
  const { events } = await resumed(before, { root: root('new'), cells });
  const tree = folded([...before, ...events]);
  expect(tree.run.turns.map(({ answeredBy }) => answeredBy?.name)).toEqual(['old', 'new', 'new']);
  expect(Object.entries(tree.usage).map(([name, { calls }]) => [name, calls])).toEqual([
    ['old', 1],
    ['new', 2],
  ]);
});

describe('a follow-up question', () => {
  const TEXT = textContext('It is I.');
  const saved = { pickled: new Blob(['…']), names: ['name'], left: {} };
  const earlier = {
    ...{ runId: 'first', question: 'Who?', answer: 'Odysseus', context: TEXT, messages: [] },
    ...{ explored: true, variables: { name: 'str' } },
  };
  const follows: Follows = { runId: 'first', earlier: [earlier], repl: null, saved };
  const root = () => byTurn('root', ['look', 'done'].map(cellReply));
  const again = { root, cells, request: { context: TEXT, follows } };

  it('is led through the conversation anew, and told once what was brought back', async () => {
    const repls: ReturnType<typeof scriptedRepls>[] = [];
    await everywhere(
      () => {
        repls.push(scriptedRepls(cells));
        return { ...again, root: root(), ports: { repls: repls.at(-1) ?? scriptedRepls(() => ({})) } };
      },
      ({ run }) => {
        expect(repls.at(-1)?.life.restored).toEqual([saved]);
        expect(run.follows).toBe('first');
        expect(run.notices.filter(({ code }) => code === 'variables-restored')).toHaveLength(1);
      },
    );
  });

  it('that had its interpreter alive is sent what it was sent, whatever the new one had to be told', async () => {
    const live = scriptedRepls((cell) => (cell.n === 0 ? { finalAnswer: 'Odysseus' } : cells(cell)));
    const kept: Parameters<NonNullable<NonNullable<RunKit['ports']>['keepRepl']>>[1][] = [];
    const keepRepl = (_: string, repl: (typeof kept)[number]) => kept.push(repl);
    await runScripted({ root: byTurn('root', [cellReply('x')]), ports: { repls: live, keepRepl } });
    const repl = kept[0] ?? null;
    const whole = await runScripted({
      ...{ root: root(), cells },
      ...{ request: { context: TEXT, follows: { ...follows, repl } }, ports: { repls: live } },
    });
    const upTo = whole.events.findIndex(({ type }) => type === 'turn-finished') + 1;
    const before = whole.events.slice(0, upTo);
    const model = root();
    expect(folded(before).run.turns[0]?.feedback).toContain('printed look');
    const { events, outcome } = await resumed(before, { ...again, root: model });
    expect(outcome.answer).toBe('done');
    const { run } = folded([...before, ...events]);
    expect(run.notices.filter(({ code }) => code === 'variables-restored')).toHaveLength(1);
    expect(sentMessages(run).slice(1)).toEqual(model.calls.map(({ messages }) => messages));
    expect(model.calls[0]?.messages.slice(0, 2)).toEqual(whole.run.messages);
  });
});

describe('a verdict', () => {
  const no = '{"accepted": false, "reasons": "Not borne out."}';

  it('that is recorded is not asked for again, and holds', async () => {
    const root = () => byTurn('root', ['look', 'done first', 'done second'].map(cellReply));
    const judge = () => scriptedModel({ name: 'judge', rule: () => no });
    const kit = () => ({ root: root(), cells, request: { verifier: judge() } });
    const whole = await everywhere(kit, ({ run }, _, next) => {
      const { verifier } = next.request as { verifier: ReturnType<typeof judge> };
      const verdicts = run.turns.flatMap(({ asides }) => asides.filter((one) => one.purpose === 'verdict'));
      expect(verdicts).toMatchObject([{ verdict: { accepted: false } }]);
      expect(verifier.calls.length).toBeLessThanOrEqual(1);
      expect(run.notices.filter(({ code }) => code === 'gate-rejected')).toHaveLength(1);
    });
    expect(whole.run.answer).toBe('done second');
  });
});

describe('a root model moved up to', () => {
  it('goes on with the stronger one, and asks the weaker one for nothing that is recorded', async () => {
    const down = new SondeError({ code: 'server', message: 'down' });
    const kit = () => {
      const weak = scriptedModel({
        name: 'weak',
        rule: ({ messages }) =>
          messages.some(({ role }) => role === 'assistant') ? Promise.reject(down) : cellReply('one'),
      });
      const strong = byTurn('strong', ['', 'two', 'done'].map(cellReply));
      return { root: weak, cells, request: { ladders: { root: [strong] } } };
    };
    const whole = await everywhere(kit, ({ run }, log, next, cut) => {
      expect(run.turns.map(({ answeredBy }) => answeredBy?.name)).toEqual(['weak', 'strong', 'strong']);
      const before = folded(log.slice(0, cut)).run;
      const { calls } = next.root as ReturnType<typeof scriptedModel>;
      const hadStrong = before.turns.some(({ answeredBy }) => answeredBy?.name === 'strong');
      if (hadStrong) expect(calls).toEqual([]);
    });
    expect(whole.run.turns[1]?.escalations).toMatchObject([{ role: 'root', to: { name: 'strong' } }]);
  });
});
