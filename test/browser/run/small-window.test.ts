/** The loop with real Python under a model whose window is enforced: compaction, `history`, JSON replies, a cap. */

import { afterAll, describe, expect, it } from 'vitest';
import { textContext } from '../../../src/core/corpus/context';
import type { ChatModel } from '../../../src/core/ports';
import type { RunEvent } from '../../../src/core/record/events';
import { foldRun } from '../../../src/core/record/fold';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';
import type { OutputGuard } from '../../../src/core/run/output-guard';
import { cellReply, systemClock } from '../../fixtures/run-kit';
import { scriptedModel, strictTokens } from '../../fixtures/scripted-model';
import { factory } from '../repl/harness';

const repls = factory();
afterAll(() => repls.close());

async function run(root: ChatModel, sub: ChatModel, text: string, guard: OutputGuard = { mode: 'off' }) {
  const events: RunEvent[] = [];
  const outcome = await complete(
    {
      question: 'How often is the whale named?',
      context: textContext(text),
      corpus: null,
      root,
      sub,
      limits: DEFAULT_LIMITS,
      guard,
    },
    { repls, clock: systemClock, newId: () => crypto.randomUUID(), onEvent: (event) => events.push(event) },
    new AbortController().signal,
  );
  return { outcome, tree: foldRun(events)?.run };
}

const text = 'The whale, the whale! And once more the sea. '.repeat(4_000);

describe('a root with a window of 4,096 tokens', () => {
  it('counts, prints far too much, is compacted on the way, finds its history, and answers', async () => {
    const turns = [
      'count = context.count("whale")\nprint(context[:30_000])',
      'print("多少鲸鱼" * 5_000)',
      'import random\nprint([random.random() for _ in range(9_000)])',
      'def name(text):\n    return text.split()[0]\nprint(name("Ahab sails"), context[:30_000])',
      'for i in range(3_000): print(i, i * i)',
      'print(1 / 0)',
      'reply = llm_query("Name it.", schema={"name": str, "legs": int})\nprint(reply["name"], reply["legs"] + 1)',
      'print(context[:30_000])',
      'print(context[-30_000:])',
      'seen = any(e["role"] == "summary" for e in history)\nfirst = history[0]["content"]\nanswer["content"] = f"{count} {seen} {name(first)}"\nanswer["ready"] = True',
    ];
    let turn = 0;
    const root = scriptedModel({
      contextTokens: 4_096,
      tokensOf: strictTokens,
      rule: ({ messages }) =>
        messages.at(-1)?.content.startsWith('Your window is nearly full')
          ? 'The count is in `count`.'
          : cellReply(turns[turn++] ?? ''),
    });
    const sub = scriptedModel({
      name: 'sub',
      contextTokens: 2_048,
      tokensOf: strictTokens,
      replies: ['Ahab has one leg.', '{"name": "Ahab", "legs": 1}'],
    });
    const { outcome, tree } = await run(root, sub, text);
    expect(outcome).toMatchObject({ status: 'answered', answer: '8000 True I' });
    expect(root.refused).toEqual([]);
    for (const { inputTokens, options } of root.calls)
      expect(inputTokens + (options.maxOutputTokens ?? Infinity)).toBeLessThanOrEqual(4_096);
    expect(tree?.notices.filter(({ code }) => code === 'compacted').length).toBeGreaterThan(0);
    expect(tree?.turns[6]?.cells[0]?.result?.stdout).toBe('Ahab 2\n');
    expect(tree?.turns[6]?.cells[0]?.calls[0]?.repair).toEqual({
      reply: 'Ahab has one leg.',
      complaint: 'It is not JSON.',
    });
  });
});

describe('a cap on what leaves', () => {
  it('holds against code that tries to carry text past it: output, errors, names and values of variables', async () => {
    const secret = 'whale! And once more';
    const code = `
class Sly:
    def __str__(self): raise ValueError(context[:5_000])
print(context[:5_000])
globals()[context[:30]] = 1
globals()["The_whale_the_whale_And_once_more_the_sea"] = 1
value = 4711
answer.update(content=Sly(), ready=True)`;
    const root = scriptedModel({ host: 'api.example.com', replies: [cellReply(code), 'FINAL(done)'] });
    const { outcome, tree } = await run(root, scriptedModel({}), text, { mode: 'cap', chars: 10 });
    expect(outcome.answer).toBe('done');
    const sent = root.calls[1]?.messages.at(-1)?.content ?? '';
    expect(sent).not.toContain(secret);
    expect(sent).not.toContain('4711');
    expect(sent.replace(/… \[.*\] …/, '').length).toBeLessThan(100);
    // What is kept on this device is whole.
    const result = tree?.turns[0]?.cells[0]?.result;
    expect(result?.stdout).toContain(secret);
    expect(result?.error?.message).toContain(secret);
    expect(result?.variables['value']).toContain('4711');
  });
});
