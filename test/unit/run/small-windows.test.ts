/** Long runs in windows of a few thousand tokens, counted by a tokenizer that is not the loop's own estimate. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import { cellReply, runScripted } from '../../fixtures/run-kit';
import { scriptedModel, strictTokens, type ScriptedCall } from '../../fixtures/scripted-model';

const english =
  'Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse, I thought I would sail about a little and see the watery part of the world. ';
const outputs = {
  prose: english.repeat(400),
  chinese: '很久以前，有一个人出海去看世界的水域，他没有钱，也没有什么事情留住他在岸上。'.repeat(800),
  numbers: Array.from({ length: 3_000 }, (_, i) => `${i * 7919}, ${i * 104_729}`).join('\n'),
  code: 'for (const [i, x] of xs.entries()) { total += x.length * (i % 7); }\n'.repeat(600),
};

const asksForSummary = ({ messages }: ScriptedCall): boolean =>
  messages.at(-1)?.content.startsWith('Your window is nearly full') === true;

const longSummary = `I have found these things so far. ${english.repeat(30)}`;
const wordy = `${english.repeat(3)}\n\n`;

/** Looks thirty times at something big, then answers. */
function root(contextTokens: number, tokensOf = strictTokens) {
  let turn = 0;
  return scriptedModel({
    contextTokens,
    tokensOf,
    rule: (call) => {
      if (asksForSummary(call)) return longSummary;
      turn++;
      return turn === 30 ? cellReply('answer') : wordy + cellReply(`print(part_${turn})`);
    },
  });
}

const variables = Object.fromEntries(
  Array.from({ length: 60 }, (_, i) => [`some_long_variable_name_${i}`, `list, ${i} items`]),
);

describe.each([4_096, 2_048])('a root with a window of %i tokens', (window) => {
  it.each(Object.keys(outputs) as (keyof typeof outputs)[])(
    'goes thirty turns over big outputs (%s) and never overruns it',
    async (kind) => {
      const model = root(window);
      const { outcome, told, history, run } = await runScripted({
        root: model,
        question: 'What is it about? Quote what you rely on.',
        context: 'x'.repeat(5_000_000),
        cells: ({ code }) =>
          code === 'answer' ? { finalAnswer: 'the sea' } : { stdout: outputs[kind], variables },
      });
      expect(outcome).toMatchObject({ status: 'answered', answer: 'the sea' });
      expect(run.turns).toHaveLength(30);
      expect(model.refused).toEqual([]);
      for (const { inputTokens, options } of model.calls) {
        const reply = options.maxOutputTokens ?? Infinity;
        expect(inputTokens + reply).toBeLessThanOrEqual(window);
        expect(reply).toBeGreaterThanOrEqual(window / 8);
      }
      // Every compaction is on record, and what it replaced is in Python's `history`.
      expect(told('compacted').length).toBeGreaterThan(0);
      expect(history.length).toBe(model.calls.filter(asksForSummary).length);
    },
  );

  it('has several cells in one reply share what one would have', async () => {
    const model = scriptedModel({
      contextTokens: window,
      tokensOf: strictTokens,
      replies: [`${cellReply('a')}\n${cellReply('b')}\n${cellReply('c')}`, cellReply('answer')],
    });
    const { run } = await runScripted({
      root: model,
      cells: ({ code }) =>
        code === 'answer' ? { finalAnswer: 'ok' } : { stdout: code === 'b' ? 'short' : outputs.prose },
    });
    expect(run.turns[0]?.feedback).toContain('REPL output (block 2):\nshort\n');
    expect(run.turns[0]?.feedback?.length).toBeLessThan(window * 0.75);
  });
});

describe('a model that counts more tokens than was thought', () => {
  it('teaches the estimate by what it reports, and is asked again where it refused', async () => {
    const model = root(4_096, (text) => Math.ceil(strictTokens(text) * 1.9));
    const { outcome, told } = await runScripted({
      root: model,
      cells: ({ code }) => (code === 'answer' ? { finalAnswer: 'the sea' } : { stdout: outputs.code }),
    });
    expect(outcome.status).toBe('answered');
    expect(told('compacted').length).toBeGreaterThan(0);
  });

  it('whose window is in truth half of what it is said to be is compacted harder, once, on record', async () => {
    const told: string[] = [];
    let turn = 0;
    const model = scriptedModel({
      contextTokens: 4_096,
      tokensOf: (text) => strictTokens(text),
      rule: (call) => {
        if (asksForSummary(call)) return 'Found: nothing yet.';
        return ++turn === 12 ? cellReply('answer') : cellReply(`print(${turn})`);
      },
    });
    // Says 4,096 and takes 2,400.
    const real = model.complete.bind(model);
    const narrow = { ...model, contextTokens: 4_096 };
    narrow.complete = (messages, options, signal) => {
      const tokens = messages.reduce((sum, { content }) => sum + strictTokens(content) + 5, 0);
      if (tokens <= 2_400) return real(messages, options, signal);
      told.push('refused');
      return refuse();
    };
    const { outcome, told: notices } = await runScripted({
      root: narrow,
      cells: ({ code }) => (code === 'answer' ? { finalAnswer: 'the sea' } : { stdout: outputs.prose }),
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'the sea' });
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(4); // learnt, not found out anew every turn
    expect(notices('compacted').length).toBeGreaterThanOrEqual(told.length);
  });
});

// An async generator that only throws.
// eslint-disable-next-line require-yield
async function* refuse(): AsyncGenerator<never> {
  await Promise.resolve();
  throw new SondeError({ code: 'prompt-too-large', message: 'too large' });
}

describe('a question that nearly fills the window', () => {
  it('leaves what room there is to the newest output, cut further than a compaction does', async () => {
    const model = root(2_048);
    const { outcome, told } = await runScripted({
      root: model,
      question: english.repeat(15),
      cells: ({ code }) => (code === 'answer' ? { finalAnswer: 'the sea' } : { stdout: outputs.chinese }),
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'the sea' });
    expect(model.refused).toEqual([]);
    for (const { inputTokens, options } of model.calls)
      expect(inputTokens + (options.maxOutputTokens ?? Infinity)).toBeLessThanOrEqual(2_048);
    expect(told('compacted').filter(({ text }) => text.includes('cut so that')).length).toBeGreaterThan(0);
    expect(model.calls.at(-1)?.messages.at(-1)?.content).toMatch(/characters cut here[\s\S]*Turn 30\/30:$/);
  });
});

describe('a question that does not fit', () => {
  it('fails before anything is sent, with the sizes and what to do', async () => {
    const model = root(2_048);
    const { outcome } = await runScripted({ root: model, question: english.repeat(60) });
    expect(outcome).toMatchObject({ status: 'failed', problem: { code: 'prompt-too-large' } });
    expect(outcome.problem?.message).toMatch(/takes about 1536 tokens at once.*10\d{3} characters/);
    expect(model.calls).toEqual([]);
  });
});

describe('a sub-model with a small window', () => {
  const sub = () =>
    scriptedModel({ name: 'small', contextTokens: 2_048, tokensOf: strictTokens, rule: () => 'fine' });
  const ask = async (prompt: string) => {
    const small = sub();
    let reply = '';
    await runScripted({
      root: scriptedModel({ replies: [cellReply('x')] }),
      sub: small,
      cells: async ({ call, signal }) => {
        [reply = ''] = await call({ kind: 'llm', prompts: [prompt], model: null }, signal);
        return { finalAnswer: 'done' };
      },
    });
    return { reply, small };
  };

  it('takes a prompt of the size the system prompt promises', async () => {
    const { reply, small } = await ask(english.repeat(30).slice(0, 4_600));
    expect(reply).toBe('fine');
    const [call] = small.calls;
    expect((call?.inputTokens ?? 0) + (call?.options.maxOutputTokens ?? Infinity)).toBeLessThanOrEqual(2_048);
  });

  it.each([
    ['prose', english.repeat(60), 4_500],
    ['Chinese', outputs.chinese.slice(0, 4_000), 1_500],
  ])('refuses too much %s before sending, and says how much of such text fits', async (_, prompt, fits) => {
    const { reply, small } = await ask(prompt);
    expect(small.calls).toEqual([]);
    const chars = Number(/takes about (\d+) characters of such text/.exec(reply)?.[1]);
    expect(chars).toBeGreaterThan(fits * 0.8);
    expect(chars).toBeLessThan(fits * 1.2);
    expect((await ask(prompt.slice(0, chars - 60))).reply).toBe('fine');
  });
});
