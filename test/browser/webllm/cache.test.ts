/** What the engine reads anew in each turn of a real run: it keeps its cache only for messages it knows byte for byte. */

import { describe, expect, it } from 'vitest';
import type { DeviceModel } from '../../../src/core/models/device';
import { deviceModel, listen } from '../../fixtures/webllm/device-models';
import type { Rule } from '../../fixtures/webllm/script';
import { runScripted } from '../../fixtures/run-kit';
import { bench, reasons, say, small } from './harness';

const answer = 'FINAL(it is done)';
const turns = [
  'I look.\n\n```repl\nprint(context[:80])\n```',
  '```repl\nx = re.findall(r"^Total: \\d+$", context)\n\n\tprint(x)  \n```',
  'Ünïcode 🐋 and dollars $& $$ stay.\n```repl\nprint("🐋")\n```',
  '```repl\ny = 2\n```',
  '```repl\nz = 3\n```',
];

/** Root turns in order, told apart by their form; sub-calls are answered by their text. */
function script(form: 'grammar' | 'none' = 'grammar'): Rule {
  let turn = 0;
  return (ask) => {
    if (ask.kind !== 'reply') return null;
    const isRoot = ask.format === form && ask.prompt.includes('Turn ');
    return say(isRoot ? (turns[turn++] ?? answer) : 'a part');
  };
}

const printed = { stdout: "a line with $' and $` in it\n", stdoutChars: 28 };

async function withConfig(model: DeviceModel): Promise<void> {
  const cache = await caches.open('webllm/config');
  const config = { conv_template: { role_templates: { user: '{user_message}' } } };
  await cache.put(`${model.modelUrl}/resolve/main/mlc-chat-config.json`, Response.json(config));
}

describe('the cache of a root model', () => {
  it.each([
    ['held to the grammar', small, true],
    ['of a family that thinks', deviceModel('Qwen3-4B'), true],
    ['without grammar', deviceModel('Free-1B'), false],
  ] as const)('%s serves every turn but the first: only what is new is read', async (_, model, grammar) => {
    await withConfig(model);
    const b = bench(script(grammar ? 'grammar' : 'none'));
    const root = b.engine.model(model, { contextTokens: 32_768, grammar });
    const { outcome } = await runScripted({ root, cells: () => printed, context: 'Total: 5\n'.repeat(50) });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'it is done' });
    const [first, ...later] = b.replies();
    expect(later).toHaveLength(turns.length);
    expect(first?.keptTokens).toBe(0);
    let known = first?.prefilledTokens ?? Infinity;
    for (const { keptTokens, prefilledTokens, prompt } of later) {
      expect(keptTokens).toBeGreaterThan(known);
      expect(prefilledTokens).toBeLessThan(250);
      expect(prompt).toContain("a line with $' and $` in it");
      expect(prompt).not.toContain('You have not looked');
      known = keptTokens;
    }
  });

  it('that answers sub-calls too is read anew once a turn, and not in turns without', async () => {
    const b = bench(script());
    const both = b.engine.model(small, { contextTokens: 32_768 });
    const { outcome, run } = await runScripted({
      root: both,
      cells: async ({ n, call, signal }) => {
        if (n === 1) await call({ kind: 'llm', prompts: ['one', 'two', 'three'], model: null }, signal);
        return printed;
      },
    });
    expect(outcome.status).toBe('answered');
    expect(
      run.turns.flatMap(({ cells }) => cells.flatMap(({ calls }) => calls.map(({ reply }) => reply))),
    ).toEqual(['a part', 'a part', 'a part']);
    const read = b.replies().map(({ format, keptTokens }) => {
      return (format === 'grammar' ? 'root' : 'sub') + (keptTokens > 0 ? '+' : '-');
    });
    expect(read).toEqual(['root-', 'root+', 'sub-', 'sub-', 'sub-', 'root-', 'root+', 'root+', 'root+']);
  });
});

describe('a turn', () => {
  it('ends at the closing fence, by the grammar, whatever the model would have said next', async () => {
    const cell = 'I look.\n```repl\nprint(1)\n```';
    const b = bench((ask) =>
      ask.kind === 'reply' ? say(`${cell}\n\nOutput:\n1\n\nSo the answer is 1.`) : null,
    );
    const { text, end } = await listen(b.engine.model(small), 'Go', { shape: { kind: 'turn' } });
    expect(text).toBe(cell);
    expect(end).toMatchObject({ finish: 'stop', usage: { estimated: false } });
    expect(b.replies()[0]).toMatchObject({ format: 'grammar' });
  });

  it('without grammar is cut there, and what was made up is never handed on', async () => {
    const b = bench((ask) =>
      ask.kind === 'reply' ? say(`${turns[0] ?? ''}\n\nOutput:\n1`, { tokenMs: 5 }) : null,
    );
    const model = b.engine.model(small, { grammar: false });
    const { text, end } = await listen(model, 'Go', { shape: { kind: 'turn' } });
    expect(text).toBe(turns[0]);
    expect(end).toMatchObject({ finish: 'stop', usage: { estimated: true } });
    expect((await listen(model, 'Go on')).text).toContain('Output');
  });

  it('whose grammar does not compile is asked for once more without, says so, and does not try again', async () => {
    let fails = true;
    const b = bench((ask) => {
      if (ask.kind !== 'reply') return null;
      const fail = fails ? { name: 'GrammarMatcherInitError', message: 'Failed to initialize' } : undefined;
      fails = false;
      return say(turns[0] ?? '', fail && { fail });
    });
    const model = b.engine.model(small);
    const { text, events } = await listen(model, 'Go', { shape: { kind: 'turn' } });
    expect(text).toBe(turns[0]);
    expect(reasons(events)).toEqual([expect.stringMatching(/grammar for turns did not compile/)]);
    await listen(model, 'Go', { shape: { kind: 'turn' } });
    expect(b.replies().map(({ format }) => format)).toEqual(['grammar', 'none', 'none']);
    expect(b.workers).toHaveLength(1);
  });
});

describe('a sub-answer held to a schema', () => {
  it('is JSON the schema accepts; a schema the engine cannot compile is an error with that code', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const b = bench((ask) => (ask.kind === 'reply' ? say('{"n": 7} and some words') : null));
    const model = b.engine.model(small);
    const { text } = await listen(model, 'How many?', { shape: { kind: 'json', schema } });
    expect(JSON.parse(text)).toEqual({ n: 7 });
    const broken = listen(model, 'How many?', { shape: { kind: 'json', schema: { type: 'bogus' } } });
    await expect(broken).rejects.toMatchObject({ code: 'grammar' });
    expect((await listen(model, 'Hello')).text).toContain('words');
  });

  it('of a model that thinks comes without the empty thought the engine puts first', async () => {
    const b = bench((ask) => (ask.kind === 'reply' ? say('Yes.') : null));
    const { text, events } = await listen(b.engine.model(deviceModel('Qwen3-0.6B')), 'Is it?');
    expect(text).toBe('Yes.');
    expect(events.some(({ type }) => type === 'reasoning')).toBe(false);
    expect(b.replies()[0]?.thinking).toBe(false);
  });
});
