/** Follow-up questions: one interpreter through a conversation, or a new one led through it; what the model is told. */

import { describe, expect, it } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { ChatMessage, Repl } from '../../../src/core/ports';
import type { EarlierQuestion, Follows } from '../../../src/core/run/request';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls } from '../../fixtures/scripted-repl';

const TEXT = textContext('It is I.');
const ANSWER = { finalAnswer: 'It is Odysseus.', variables: { name: 'str' } };
const firstMessage = (model: ScriptedModel) => model.calls[0]?.messages[1]?.content ?? '';

/** A first run whose interpreter is kept, and what a second one follows. */
async function firstRun(repls = scriptedRepls(() => ANSWER)) {
  const kept: { repl: Repl; messages: readonly ChatMessage[] }[] = [];
  const root = scriptedModel({ replies: [cellReply('name = "Odysseus"')] });
  const ports: RunKit['ports'] = {
    repls,
    keepRepl: (_, repl, messages) => kept.push({ repl, messages }),
  };
  const { outcome, run } = await runScripted({ root, request: { context: TEXT }, ports });
  const { repl, messages } = kept[0] ?? { repl: null, messages: [] };
  const earlier: EarlierQuestion = {
    ...{ runId: outcome.runId, question: run.question, answer: outcome.answer, context: TEXT, messages },
    ...{ explored: true, variables: ANSWER.variables },
  };
  const follows: Follows = { runId: outcome.runId, earlier: [earlier], repl, saved: null };
  return { repls, follows, earlier, ports, kept };
}

describe('an interpreter that is alive', () => {
  it('goes on: nothing is opened, the messages of before are handed over, the reply that ended it included', async () => {
    const { repls, follows, ports, kept } = await firstRun();
    expect(repls.life.closed).toBe(0);
    const root = scriptedModel({ replies: [cellReply('print(name)')] });
    const { run, told } = await runScripted({ root, request: { context: TEXT, follows }, ports });
    expect(run).toMatchObject({ follows: follows.runId, status: 'answered', depth: 0 });
    expect(repls.life.opened).toEqual(['It is I.']);
    const [{ history } = { history: [] }] = repls.life.followed;
    expect(history.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
    expect(history.at(-1)?.content).toBe(cellReply('name = "Odysseus"'));
    expect(kept.map(({ repl }) => repl)).toEqual([repls.life.repls[0], repls.life.repls[0]]);
    expect(told('variables-restored')).toEqual([]);
  });

  it('tells the question and the answer before it, and the names that hold what went before', async () => {
    const { follows, ports } = await firstRun();
    const root = scriptedModel({ replies: ['FINAL(Yes)'] });
    const request = { context: TEXT, follows };
    const { run } = await runScripted({ root, question: 'Are you sure?', request, ports });
    const message = firstMessage(root);
    expect(message.indexOf('Question 1: Who is it?\nAnswer 1: It is Odysseus.')).toBeLessThan(
      message.indexOf('Answer the following: Are you sure?'),
    );
    for (const part of ['name (str)', '`history_0`', '`context_1`', 'the same as `context_0`'])
      expect(message).toContain(part);
    // The same context was looked at before: an answer may come without another look.
    expect(message).not.toContain('You have not looked');
    expect(run).toMatchObject({ status: 'answered', answer: 'Yes', notices: [] });
  });

  it('has to look again when the context is another one', async () => {
    const { follows, ports } = await firstRun();
    const root = scriptedModel({ replies: ['FINAL(Yes)', 'FINAL(Still yes)'] });
    const request = { context: textContext('Something else.'), follows };
    const { told, run } = await runScripted({ root, request, ports });
    expect(told('explore-first')).toHaveLength(1);
    expect(run.answer).toBe('Still yes');
    expect(firstMessage(root)).toContain('You have not looked');
  });

  it('counts its limits anew', async () => {
    const repls = scriptedRepls(async ({ call, signal, n }) => {
      const replies = await call({ kind: 'llm', prompts: ['a', 'b'], model: null }, signal);
      return { finalAnswer: `${String(n)} ${replies.join(' ')}` };
    });
    const { follows, ports } = await firstRun(repls);
    const root = scriptedModel({ rule: ({ messages }) => (messages.length > 1 ? cellReply('go') : 'sub') });
    const limits = { maxSubcalls: 2 };
    const { outcome } = await runScripted({ root, limits, request: { context: TEXT, follows }, ports });
    // The second cell of the same interpreter, and sub-calls answered by the run that goes on now.
    expect(outcome.answer).toBe('1 sub sub');
  });

  it('is closed where the run is refused before it begins', async () => {
    const { repls, follows } = await firstRun();
    const root = scriptedModel({ host: 'api.example.com', replies: [] });
    const guard = { mode: 'ask' } as const;
    const { outcome } = await runScripted({
      root,
      guard,
      request: { context: TEXT, follows },
      ports: { repls },
    });
    expect(outcome.problem?.code).toBe('invalid-argument');
    expect(repls.life.closed).toBe(1);
  });
});

describe('a new interpreter', () => {
  const saved = {
    pickled: new Blob(['…']),
    names: ['name', 'stuck_one'],
    left: { rows: 'a generator' },
  };

  async function afterReload(change: Partial<Follows> = {}, kit: Partial<RunKit> = {}) {
    const { earlier, follows } = await firstRun();
    const repls = scriptedRepls(() => ({ finalAnswer: 'Yes' }));
    const root = scriptedModel({ replies: [cellReply('x')], ...(kit.guard && { host: 'api.example.com' }) });
    const second = { ...earlier, question: 'And then?', context: textContext('Second text'), messages: [] };
    const told = { ...follows, earlier: [earlier, second], repl: null, saved, ...change };
    const context = textContext('Third text');
    const done = await runScripted({ root, request: { context, follows: told }, ports: { repls }, ...kit });
    return { ...done, root, repls, earlier };
  }

  it('is led through every earlier question, then gets the saved variables; what is missing is told and recorded', async () => {
    const { repls, earlier, root, told, run } = await afterReload();
    expect(repls.life.opened).toEqual(['It is I.']);
    expect(repls.life.followed).toEqual([
      { context: 'Second text', history: earlier.messages },
      { context: 'Third text', history: [] },
    ]);
    expect(repls.life.restored).toEqual([saved]);
    const words =
      'Python was started anew. 1 variable was brought back: name. Not brought back: stuck_one (could not be restored), rows (a generator).';
    expect(told('variables-restored').map(({ text }) => text)).toEqual([words]);
    expect(firstMessage(root)).toMatch(/\n\nTurn 1\/30:$/);
    expect(firstMessage(root)).toContain(words);
    // The record has the message as it was sent.
    expect(run.turns[0]?.sent?.added[0]?.content).toBe(firstMessage(root));
    expect(firstMessage(root)).toContain('Question 2: And then?');
    expect(firstMessage(root)).toContain('`history_0` … `history_1`');
  });

  it('says so when no variables were kept, and when the interpreter of before died', async () => {
    const { repls } = await firstRun();
    const dead = repls.life.repls[0] ?? null;
    dead?.close();
    const { told } = await afterReload({ repl: dead, saved: null });
    expect(told('variables-restored').map(({ text }) => text)).toEqual([
      'The interpreter of the question before was lost (the interpreter is closed). Python was started anew. The variables of the questions before had not been kept.',
    ]);
  });

  it('keeps answers and names of variables from a guarded root elsewhere', async () => {
    const { root, outcome } = await afterReload({}, { guard: { mode: 'cap', chars: 40 } });
    const sent = JSON.stringify(root.calls.map(({ messages }) => messages));
    for (const kept of ['Odysseus', 'stuck_one', 'name (str)']) expect(sent).not.toContain(kept);
    for (const told of ['Who is it?', 'not shown here', 'SHOW_VARS()']) expect(sent).toContain(told);
    expect(outcome.status).toBe('answered');
  });

  it('fits a long conversation into a small window', async () => {
    const { earlier } = await firstRun();
    const long = Array.from({ length: 30 }, (_, i) => ({
      ...{ ...earlier, question: `Question no ${String(i)}? ${'why '.repeat(300)}` },
      answer: `Answer no ${String(i)}. ${'because '.repeat(2_000)}`,
    }));
    const root = scriptedModel({ contextTokens: 4_096, replies: [cellReply('x')] });
    const follows = { runId: earlier.runId, earlier: long, repl: null, saved: null };
    const ports = { repls: scriptedRepls(() => ({ finalAnswer: 'Yes' })) };
    const { outcome } = await runScripted({ root, request: { context: TEXT, follows }, ports });
    expect(outcome.status).toBe('answered');
    expect(firstMessage(root)).toContain('Question no 29');
    expect(firstMessage(root)).toMatch(/\(\d\d more before these\)/);
    expect(firstMessage(root).length).toBeLessThan(2_600);
  });
});
