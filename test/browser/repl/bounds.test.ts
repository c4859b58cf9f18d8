/** Code that says far more than the page takes: it is cut or refused in words, and the cell ends in good time. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repl } from '../../../src/core/ports';
import { cell, factory, openRepl } from './harness';

const repls = factory();
let repl: Repl;

beforeAll(async () => {
  repl = await openRepl(repls, 'text');
  await cell(repl, 'kept = 1');
});
afterAll(() => repls.close());

const quick = { computeTimeoutMs: 10_000 };

describe('too much', () => {
  it('of an exception is cut in the middle', async () => {
    const { error, stderr, lost } = await cell(repl, 'raise ValueError("a" * 10_000_000 + "end")', quick);
    expect(lost).toBeNull();
    expect(error?.type).toBe('ValueError');
    expect(error?.message).toMatch(/^a+\n… 8,000,103 of 10,000,003 characters not kept …\na+end$/);
    expect(stderr).toMatch(/^\nValueError: a/);
  });

  it("of an exception's name is cut", async () => {
    const code = 'class E(Exception): pass\nE.__name__ = "E" * 1000\nraise E("why")';
    const { error, lost } = await cell(repl, code, quick);
    expect(lost).toBeNull();
    expect(error).toMatchObject({ type: 'E'.repeat(200), message: 'why' });
  });

  it('of an answer is refused in words, and the run goes on', async () => {
    const { finalAnswer, refusal, lost } = await cell(repl, 'FINAL("x" * 20_000_000)', quick);
    expect({ finalAnswer, refusal, lost }).toEqual({
      finalAnswer: null,
      refusal: 'The answer has 20,000,000 characters, which is too long. Give a shorter one.',
      lost: null,
    });
  });

  it('of a draft is cut', async () => {
    const { draft, lost } = await cell(repl, 'answer["content"] = "x" * 20_000_000', quick);
    expect(lost).toBeNull();
    expect(draft.length).toBeLessThanOrEqual(16_000_000);
    await cell(repl, 'answer["content"] = ""');
  });

  it('of a variable asked for by name is cut', async () => {
    await cell(repl, 'long = "x" * 20_000_000');
    expect((await repl.variable('long'))?.length).toBeLessThanOrEqual(16_000_000);
    expect((await cell(repl, 'print(kept)')).stdout).toBe('1\n');
  });
});
