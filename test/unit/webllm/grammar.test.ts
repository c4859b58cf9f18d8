/** The grammar of a turn, compiled by the engine's own compiler, and requests as the engine is sent them. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction, constants } from 'node:vm';
import type * as XGrammar from '@mlc-ai/web-xgrammar';
import { beforeAll, describe, expect, it } from 'vitest';
import { replyRequest } from '../../../src/adapters/models/webllm/reply-request';
import { parseReply } from '../../../src/core/turn/parse';
import { compileGrammar, loadWith } from '../../fixtures/webllm/grammar';
import { dataJson } from '../../fixtures/shared-data';

const facts = { modelId: 'Small', contextTokens: 4096, config: null, grammar: true };
const question = [{ role: 'user' as const, content: 'What?' }];
const grammar = replyRequest(question, { shape: { kind: 'turn' } }, facts).response_format ?? null;

/** The package is a plain script that declares itself a module, which Node takes at its word. */
beforeAll(() => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@mlc-ai/web-xgrammar');
  const run = compileFunction(
    readFileSync(path, 'utf8'),
    ['exports', 'module', 'require', '__filename', '__dirname'],
    {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  const module = { exports: {} };
  run(module.exports, module, require, path, dirname(path));
  loadWith(() => Promise.resolve(module.exports as typeof XGrammar));
});

/** The part the grammar lets through, and whether it is a whole turn. */
async function held(text: string): Promise<{ allowed: string; whole: boolean }> {
  const matcher = await compileGrammar(grammar);
  if (!matcher) throw new Error('a turn is not held to anything');
  const allowed = matcher.accept(text);
  return { allowed, whole: matcher.ended() };
}

describe('the grammar of a turn', () => {
  it.each([
    '```repl\nprint(1)\n```',
    'I look first.\n\n```repl\nprint(len(context))\n\n  # deeper\n```',
    'Ünïcode 中文 🙂\n```repl\nprint("🙂 `quoted` ```")\n```',
    'FINAL(42)',
    'So:\nFINAL(two lines\nand (brackets))',
    'FINAL_VAR("result")',
    '<think>a < b, and ```x```</think>\n\n```repl\nx\n```',
    '```repl\n\n\nx = 1\n```',
  ])('allows %j', async (turn) => {
    expect(await held(turn)).toEqual({ allowed: turn, whole: true });
    const parsed = parseReply(turn);
    expect(parsed.cells.length + (parsed.final ? 1 : 0)).toBe(1);
    expect(parsed.repairs).toEqual([]);
  });

  it.each([
    ['prose alone', 'I would look at the documents.\n', 'I would look at the documents.\n'],
    ['another tag', '```python\nx\n```', '```'],
    ['an empty block', '```repl\n\n  \n```', '```repl\n\n  \n'],
    ['backticks in prose', 'The `context` is', 'The '],
    ['an answer left open', 'FINAL(42', 'FINAL(42'],
  ])('does not take %s for a whole turn', async (_, turn, allowed) => {
    expect(await held(turn)).toEqual({ allowed, whole: false });
  });

  it('ends at the closing fence, so that a model cannot make up its output', async () => {
    const cell = 'Look:\n```repl\nprint(1)\n```';
    for (const more of ['\n', '\n\nOutput:\n1', '\n```output\n1\n```', '```'])
      expect(await held(cell + more)).toEqual({ allowed: cell, whole: true });
  });

  const recorded = dataJson('model-replies.json') as { messages: { text: string }[] } | null;
  const title = 'lets through the first block of recorded replies that have no backticks before it';
  it.skipIf(recorded === null)(
    recorded ? title : `${title} (skipped: no recorded replies here)`,
    async () => {
      const turns = (recorded?.messages ?? []).flatMap(({ text }) => {
        const found =
          /^[^`]*?(?:^|\n)```repl\n(?:[ \t]*\n)*(?:[ \t]*(?:[^ \t\n`][^\n]*)?\n)*?```(?=\n|$)/.exec(text);
        return found && found[0].split('```repl\n')[1]?.trim() !== '```' ? [found[0]] : [];
      });
      expect(turns.length).toBeGreaterThan(100);
      const refused: string[] = [];
      for (const turn of turns) if (!(await held(turn)).whole) refused.push(turn);
      expect(refused).toEqual([]);
    },
  );
});

describe('a request to the engine', () => {
  it('is bounded by what is left of the window, and never unbounded', () => {
    const tokens = (content: string, maxOutputTokens?: number) =>
      replyRequest(
        [{ role: 'user', content }],
        maxOutputTokens === undefined ? {} : { maxOutputTokens },
        facts,
      ).max_tokens;
    expect(tokens('short')).toBeLessThanOrEqual(4096);
    expect(tokens('word '.repeat(3000))).toBeLessThan(400);
    expect(tokens('word '.repeat(9000))).toBe(64);
    expect(tokens('short', 7)).toBe(7);
  });

  it('carries a schema as JSON, no grammar where it is switched off, and turns thinking off in families that have it', () => {
    const schema = { type: 'object' };
    const json = replyRequest(question, { shape: { kind: 'json', schema } }, facts);
    expect(json.response_format).toEqual({ type: 'json_object', schema: '{"type":"object"}' });
    const free = replyRequest(question, { shape: { kind: 'turn' } }, { ...facts, grammar: false });
    expect(free.response_format).toBeUndefined();
    const thinking = (modelId: string) => replyRequest(question, {}, { ...facts, modelId }).extra_body;
    expect(thinking('Qwen3-4B-q4f16_1-MLC')).toEqual({ enable_thinking: false });
    expect(thinking('Qwen3-4B-Instruct-2507-q4f16_1-MLC')).toBeUndefined();
    expect(thinking('Qwen2.5-Coder-3B-Instruct-q4f16_1-MLC')).toBeUndefined();
  });

  it('keeps dollar signs from being read as patterns where the engine fills a template, and leaves replies alone', () => {
    const messages = [
      { role: 'system' as const, content: 'cost: $$' },
      { role: 'user' as const, content: "r'x$'" },
      { role: 'assistant' as const, content: "r'x$'" },
      { role: 'user' as const, content: '$&' },
    ];
    const filled = (userTemplate: boolean) =>
      replyRequest(messages, {}, { ...facts, config: { userTemplate } }).messages.map(
        ({ content }) => content,
      );
    expect(filled(true)).toEqual(['cost: $$$$', "r'x$$'", "r'x$'", '$$&']);
    expect(filled(false)).toEqual(['cost: $$$$', "r'x$'", "r'x$'", '$&']);
    expect('{user_message}'.replace('{user_message}', filled(true)[1] as string)).toBe("r'x$'");
  });
});
