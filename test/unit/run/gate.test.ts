/** The verifier before an answer, and what is asked directly: with a scripted interpreter. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedReply } from '../../fixtures/scripted-model';

const root = (...replies: ScriptedReply[]) => scriptedModel({ name: 'root', replies });
const judge = (...replies: ScriptedReply[]) => scriptedModel({ name: 'judge', replies });
const no = '{"accepted": false, "reasons": "The quotation is not there."}';
const yes = '{"accepted": true, "reasons": ""}';
/** Every cell answers with its own code. */
const answering: RunKit['cells'] = ({ code }) =>
  code === 'look' ? { stdout: 'forty-two ships' } : { finalAnswer: code };

describe('the quality gate', () => {
  it('sends an answer back once, with reasons; the one after it stands unseen', async () => {
    const model = root(cellReply('look'), cellReply('first'), cellReply('second'));
    const verifier = judge(no, no);
    const { outcome, run, told, totals, history } = await runScripted({
      root: model,
      cells: answering,
      request: { verifier },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'second' });
    const prompt = verifier.calls[0]?.messages[0]?.content ?? '';
    expect(verifier.calls).toHaveLength(1);
    expect(prompt).toMatch(/QUESTION\nWho is it\?[\s\S]*ANSWER\nfirst[\s\S]*forty-two ships/);
    expect(verifier.calls[0]?.options.origin).toMatchObject({ role: 'verifier', nodeId: run.turns[1]?.id });
    expect(model.calls[2]?.messages.at(-1)?.content).toContain('The quotation is not there.');
    expect(told('gate-rejected')).toHaveLength(1);
    expect(history.some((code) => code.includes('answer["ready"] = False'))).toBe(true);
    expect(run.turns[1]?.asides[0]).toMatchObject({
      purpose: 'verdict',
      verdict: { accepted: false, reasons: 'The quotation is not there.' },
    });
    expect(totals.calls).toBe(4);
  });

  it.each([
    ['accepts it', judge(yes)],
    ['fails', scriptedModel({ name: 'judge', rule: () => Promise.reject(new Error('broken')) })],
    ['does not say what it thinks', judge('fine, I guess', 'really fine')],
  ])('leaves an answer as it is when the verifier %s', async (_, verifier) => {
    const { outcome, told } = await runScripted({
      root: root(cellReply('first')),
      cells: answering,
      request: { verifier },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'first', problem: null });
    expect(told('gate-rejected')).toEqual([]);
  });

  it('never costs the answer when turns or money end with it, or what follows it fails', async () => {
    const lastTurn = { root: root(cellReply('first')), limits: { maxTurns: 1 } };
    const noMoney = {
      root: root({ text: cellReply('first'), usage: { inputTokens: 900, outputTokens: 99 } }),
    };
    const verifier = () => judge(no);
    const one = await runScripted({ ...lastTurn, cells: answering, request: { verifier: verifier() } });
    expect(one.outcome).toMatchObject({ status: 'answered', answer: 'first' });
    const kit = { ...noMoney, limits: { maxTokens: 3_000 }, cells: answering };
    const two = await runScripted({ ...kit, request: { verifier: verifier() } });
    expect(two.outcome).toMatchObject({ answer: 'first' });
    const failing = root(cellReply('first')); // nothing scripted after it
    const three = await runScripted({ root: failing, cells: answering, request: { verifier: verifier() } });
    expect(three.outcome).toMatchObject({
      status: 'partial',
      answer: 'first',
      problem: { code: 'internal' },
    });
  });

  it('moves up a ladder of its own, and judges the root run alone', async () => {
    const weak = scriptedModel({
      name: 'judge',
      rule: () => Promise.reject(new SondeError({ code: 'server', message: 'down' })),
    });
    const strong = scriptedModel({ name: 'judge+', replies: [yes] });
    const cells: RunKit['cells'] = async ({ code, call, signal }) => {
      if (code === 'ask') await call({ kind: 'rlm', prompts: ['a'], model: null }, signal);
      return { finalAnswer: code };
    };
    const model = root(cellReply('ask'), cellReply('child'));
    const request = { verifier: weak, ladders: { verifier: [strong] } };
    const { events } = await runScripted({ root: model, cells, limits: { maxDepth: 2 }, request });
    expect(strong.calls).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'escalated')).toMatchObject([{ role: 'verifier' }]);
    expect(events.filter(({ type }) => type === 'aside')).toMatchObject([{ model: { name: 'judge+' } }]);
  });
});

describe('asking directly', () => {
  const context = 'It was a dark night. '.repeat(20);

  it('puts the text before the model; a reply without code is the answer', async () => {
    const model = root('<think>easy</think>It was **dark**:\n\n```\na block\n```');
    const { outcome, run, events } = await runScripted({ root: model, context, request: { way: 'auto' } });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'It was **dark**:\n\n```\na block\n```' });
    expect(model.calls[0]?.messages[1]?.content).toContain(context);
    expect(run.way).toMatchObject({ taken: 'direct' });
    expect(events[0]).toMatchObject({ settings: { way: 'auto', cache: true, gate: false } });
  });

  it('runs code all the same', async () => {
    const model = root(cellReply('look'), 'Forty-two.');
    const { outcome } = await runScripted({
      root: model,
      context,
      cells: answering,
      request: { way: 'direct' },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'Forty-two.' });
    expect(model.calls[1]?.messages.at(-1)?.content).toContain('forty-two ships');
  });

  it('is refused in words, before anything is sent, where it cannot be', async () => {
    const small = scriptedModel({ contextTokens: 4_096, replies: [] });
    const long = 'word '.repeat(10_000);
    const asked = runScripted({ root: small, context: long, request: { way: 'direct' } });
    await expect(asked).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/tokens/) as string,
    });
    const { run } = await runScripted({
      root: root(cellReply('done')),
      context: 'word '.repeat(100_000),
      cells: answering,
      request: { way: 'auto' },
    });
    expect(run.way).toMatchObject({ taken: 'recurse' });
  });
});
