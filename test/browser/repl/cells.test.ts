/** Cells in a real interpreter: what they print, keep, raise and call. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repl } from '../../../src/core/ports';
import { cell, echoCalls, factory, openRepl } from './harness';

const repls = factory();
let repl: Repl;

beforeAll(async () => {
  repl = await openRepl(repls, 'some text', echoCalls);
});
afterAll(() => repls.close());

describe('a cell', () => {
  it('prints, echoes its last expression, and keeps its variables', async () => {
    const result = await cell(repl, 'x = 41\nprint("hello", context)\nx + 1');
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('hello some text\n');
    expect(result.echo).toBe('42');
    expect(result.variables).toEqual({ x: 'int = 41' });
    expect(result.lost).toBeNull();
  });

  it('asks a model and gets the reply', async () => {
    const result = await cell(repl, 'print(llm_query("a"), llm_query_batched(["b", "c"]))');
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe("<a> ['<b>', '<c>']\n");
  });
});
