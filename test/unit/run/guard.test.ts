/** The gate before a root model on another host: everything that could carry what code printed goes through it. */

import { describe, expect, it } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { OutputGuard } from '../../../src/core/run/output-guard';
import type { OutputReview, ReviewVerdict } from '../../../src/core/run/request';
import { HandClock } from '../../fixtures/hand-clock';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModel } from '../../fixtures/scripted-model';

const SECRET = 'The treasure is under the third palm. ';
const cloud = (replies: readonly string[]) =>
  scriptedModel({ name: 'cloud', host: 'api.example.com', replies });
const local = () => scriptedModel({ name: 'local', rule: () => 'fine' });
const sentTo = (model: ScriptedModel) => model.calls.map(({ messages }) => JSON.stringify(messages)).join();
const asked = (verdict: (review: OutputReview) => ReviewVerdict) => {
  const reviews: OutputReview[] = [];
  const review: RunKit['review'] = (one) => {
    reviews.push(one);
    return Promise.resolve(verdict(one));
  };
  return { reviews, review };
};

describe('a cap', () => {
  const cap = { mode: 'cap', chars: 40 } as const;

  it('keeps back what documents call themselves, which only they say', async () => {
    const text = textContext(SECRET, 'map.pdf');
    const documents = text.documents.map((document) => ({ ...document, pages: 2, title: SECRET }));
    const sent = async (guard: OutputGuard) => {
      const root = cloud(['FINAL(x)', 'FINAL(x)']);
      await runScripted({ root, sub: local(), guard, context: { ...text, documents } });
      return sentTo(root);
    };
    expect(await sent(cap)).toContain('(2 pages)');
    expect(await sent(cap)).not.toContain('treasure');
    expect(await sent({ mode: 'off' })).toContain('2 pages, “The treasure');
  });

  it('cuts all that a turn printed to so many characters, and leaves values and made-up names out', async () => {
    const root = cloud([`${cellReply('a')}\n${cellReply('b')}`, 'FINAL(x)']);
    const { run, told } = await runScripted({
      root,
      sub: local(),
      guard: cap,
      cells: ({ code }) => ({
        stdout: code.repeat(500),
        stderr: `\nKeyError: ${SECRET.repeat(9)}`,
        error: { type: 'KeyError', message: SECRET, line: 1 },
        refusal: `answer["content"] could not be turned into text: ${SECRET}`,
        variables: { total: 'int = 1851', ['x'.repeat(41)]: 'str', 'The treasure is': 'str' },
      }),
    });
    const feedback = run.turns[0]?.feedback ?? '';
    expect(sentTo(root)).not.toContain('treasure');
    const outputs = [...feedback.matchAll(/block \d\):\n([\s\S]*?)(?=\n\nREPL)/g)].map(
      ([, text = '']) => text,
    );
    const shown = outputs.map((text) => text.replace(/\n… \[.*\] …\n/, '').length);
    expect(shown).toEqual([20, 20]);
    expect(feedback).toContain('REPL variables: total\n\n');
    expect(told('output-guarded').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Cut to 40 characters before it was sent to api\.example\.com: [\d,]+ more were kept back\.$/,
      ),
    ]);
    // What is kept on this device is whole.
    expect(run.turns[0]?.cells[0]?.result?.stdout).toHaveLength(500);
  });

  it('holds for the question of a child run, and for the output of its turns', async () => {
    const root = scriptedModel({
      host: 'api.example.com',
      rule: ({ messages }) => {
        const turn = messages.length / 2;
        if (messages[1]?.content.includes('Who is it?'))
          return turn === 1 ? cellReply('start') : 'FINAL(done)';
        return turn === 1 ? cellReply('leak') : 'FINAL(child)';
      },
    });
    const { outcome, told } = await runScripted({
      root,
      sub: local(),
      guard: cap,
      limits: { maxDepth: 2 },
      cells: async ({ code, call, signal }) => {
        if (code === 'leak') return { stdout: `${'-'.repeat(60)}${SECRET.repeat(5)}${'-'.repeat(60)}` };
        const prompts = [`${'?'.repeat(60)}${SECRET.repeat(5)}${'?'.repeat(60)}`];
        await call({ kind: 'rlm', prompts, contexts: ['some context'], model: null }, signal);
        return {};
      },
    });
    expect(outcome.answer).toBe('done');
    expect(root.calls).toHaveLength(4);
    expect(sentTo(root)).not.toContain('treasure');
    expect(told('output-guarded')).toHaveLength(1); // the child's own is with the child
  });

  it('cannot be walked around by asking the root by its name', async () => {
    const root = cloud([cellReply('ask'), 'FINAL(x)']);
    const sub = local();
    const { told } = await runScripted({
      root,
      sub,
      guard: cap,
      cells: async ({ call, signal }) => {
        await call({ kind: 'llm', prompts: [SECRET], model: 'cloud' }, signal);
        return {};
      },
    });
    expect(sentTo(root)).not.toContain('treasure');
    expect(sentTo(sub)).toContain('treasure');
    expect(told('unknown-model')).toHaveLength(1);
  });

  it('is nothing to a root on this device', async () => {
    const root = scriptedModel({ replies: [cellReply('a'), 'FINAL(x)'] });
    const { run, told } = await runScripted({
      root,
      guard: cap,
      cells: () => ({ stdout: SECRET.repeat(9) }),
    });
    expect(run.turns[0]?.feedback).toContain(SECRET.repeat(9).trim());
    expect(told('output-guarded')).toEqual([]);
  });
});

describe('asking first', () => {
  const ask = { mode: 'ask' } as const;

  it('shows the whole message, and sends and records what the user left of it; words without output pass', async () => {
    const { reviews, review } = asked(({ text }) => ({
      verdict: 'send',
      text: text.replaceAll(SECRET, '[removed] '),
    }));
    const root = cloud(['no format', cellReply('a'), cellReply('b'), 'FINAL(x)']);
    const { run, told } = await runScripted({
      root,
      sub: local(),
      guard: ask,
      review,
      cells: ({ code }) => ({ stdout: code === 'a' ? `${SECRET}Nothing else.` : 'harmless' }),
    });
    expect(run.status).toBe('answered');
    expect(reviews.map(({ turnId, host }) => [turnId, host])).toEqual([
      [run.turns[1]?.id, 'api.example.com'],
      [run.turns[2]?.id, 'api.example.com'],
    ]);
    expect(reviews[0]?.text).toMatch(/^REPL output:\nThe treasure[\s\S]*Turn 3\/30:$/);
    expect(run.turns[1]?.feedback).toContain('[removed] Nothing else.');
    expect(sentTo(root)).toContain('[removed] Nothing else.');
    expect(sentTo(root)).not.toContain('treasure');
    expect(told('output-guarded').map(({ turnId }) => turnId)).toEqual([run.turns[1]?.id]);
  });

  it('ends the run, and says why, when nothing is to be sent', async () => {
    const { review } = asked(() => ({ verdict: 'stop' }));
    const root = cloud([cellReply('a')]);
    const { outcome } = await runScripted({
      root,
      sub: local(),
      guard: ask,
      review,
      cells: () => ({ stdout: SECRET, draft: 'so far' }),
    });
    expect(outcome).toMatchObject({ status: 'stopped', answer: 'so far', problem: { code: 'interrupted' } });
    expect(outcome.problem?.message).toBe(
      'Stopped at the review: what the last code printed was not sent to api.example.com.',
    );
    expect(root.calls).toHaveLength(1);
  });

  it('stops the whole tree from a child, and takes one message at a time', async () => {
    let open = 0;
    let most = 0;
    const review: RunKit['review'] = async ({ text }) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      return text.includes('stop here') ? { verdict: 'stop' } : { verdict: 'send', text };
    };
    const root = scriptedModel({
      host: 'api.example.com',
      rule: ({ messages }) => cellReply(messages[1]?.content.includes('Who is it?') ? 'start' : 'child'),
    });
    const { outcome } = await runScripted({
      root,
      sub: local(),
      guard: ask,
      review,
      limits: { maxDepth: 2 },
      cells: async ({ code, context, n, call, signal }) => {
        if (code === 'child') return { stdout: context === 'b' && n === 1 ? 'stop here' : 'go on' };
        await call({ kind: 'rlm', prompts: ['a', 'b', 'c'], model: null }, signal).catch(() => []);
        return {};
      },
    });
    expect(outcome).toMatchObject({ status: 'stopped', problem: { code: 'interrupted' } });
    expect(outcome.problem?.message).toContain('Stopped at the review');
    expect(most).toBe(1);
  });

  it('sends nothing at all where there is nobody to ask', async () => {
    const root = cloud([]);
    const { outcome } = await runScripted({ root, sub: local(), guard: ask });
    expect(outcome).toMatchObject({ status: 'stopped', problem: { code: 'invalid-argument' } });
    expect(outcome.problem?.message).toContain('nobody here to review');
    expect(root.calls).toEqual([]);
  });

  it('gives way to Stop while the user decides', async () => {
    const stop = new AbortController();
    const { outcome } = await runScripted({
      root: cloud([cellReply('a')]),
      sub: local(),
      guard: ask,
      signal: stop.signal,
      cells: () => ({ stdout: 'x' }),
      review: () => {
        setTimeout(() => stop.abort(), 5);
        return new Promise(() => undefined);
      },
    });
    expect(outcome).toMatchObject({ status: 'stopped' });
    expect(outcome.problem?.message).toBe('Stopped before an answer was given.');
  });

  it('does not count the time the user takes: the clock of the limits stands still', async () => {
    const clock = new HandClock();
    const limits = { maxTimeS: 10 };
    const run = async (thinkingS: number, workingS: number) => {
      const { outcome } = await runScripted({
        root: cloud([cellReply('a'), 'FINAL(x)']),
        sub: local(),
        guard: ask,
        limits,
        clock: {
          now: () => clock.now(),
          after: (ms, callback) => (ms === 0 ? now(callback) : clock.after(ms, callback)),
        },
        cells: () => {
          clock.advance(workingS * 1000);
          return { stdout: 'x' };
        },
        review: async ({ text }) => {
          clock.advance(thinkingS * 1000);
          await Promise.resolve();
          return { verdict: 'send', text };
        },
      });
      return outcome;
    };
    expect(await run(3_600, 9)).toMatchObject({ status: 'answered' });
    expect(await run(3_600, 11)).toMatchObject({ status: 'partial', problem: { code: 'limit' } });
  });
});

function now(callback: () => void): () => void {
  queueMicrotask(callback);
  return () => undefined;
}
