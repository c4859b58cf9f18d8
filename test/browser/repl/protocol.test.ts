/** The reference implementation's REPL cases; where it has a defect, the sane result is expected. */

import { afterAll, describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import type { SubcallHandler } from '../../../src/core/ports';
import { cell, factory, openRepl } from './harness';
import { protocolCases, type ExpectedCell, type ReplCase } from './test-data';

const cases = await protocolCases();
const repls = factory();
afterAll(() => repls.close());

/** What the sane implementation gives where the reference does not: parts of a cell's expectation, by case and cell. */
const SANE: Readonly<Record<string, readonly Partial<ExpectedCell>[]>> = {
  'repl/func_sees_later_global': [{}, {}, { stdout: '7\n' }],
  'repl/class_persist': [{ stderr: '' }, { stdout: '8\n', stderr: '' }],
  'repl/blocked_eval': [
    { stdout: '<built-in function eval>\n' },
    { stderr: '' },
    { stderr: '' },
    {
      stderr:
        '\nRuntimeError: input() is not available: nobody can type here. Everything to read is in context.',
    },
    { stdout: '<built-in function globals>\n' },
    { stderr: '' },
  ],
  'repl/del_var': [{}, {}, { stdout: '2\ndeleted\n' }],
  'repl/context_crlf': [{ stdout: "'a\\r\\nb\\rc\\n'\n" }],
  'repl/show_vars': [
    { stdout: "Available variables: {'context_0': 'str', 'context': 'str'}\n" },
    { stdout: "Available variables: {'context_0': 'str', 'context': 'str'}\n" },
    { stdout: "Available variables: {'context_0': 'str', 'context': 'str', 'x': 'int', 'y': 'str'}\n" },
  ],
  'repl/answer_update_method': [{ final_answer: 'u' }],
  'repl/answer_setdefault': [{ final_answer: 'z' }],
};

/** The reference counts these among the variables. */
const RESERVED = new Set([
  'answer',
  'context',
  'context_0',
  'context_1',
  'context_2',
  'history',
  'history_0',
  'history_1',
]);

function ruleOf({ input }: ReplCase): { handler: SubcallHandler; succeeded: () => number } {
  let count = 0;
  const child = input.sub_rule === null;
  const one = (prompt: string, model: string | null, kind: 'llm' | 'rlm') => {
    if (prompt.includes('FAIL')) return kind === 'rlm' ? 'Error: RLM query failed - boom' : 'Error: boom';
    count++;
    if (child) return `C:${prompt}${model === null ? '' : `:${model}`}`;
    return `R${prompt.length}:${prompt.slice(0, 12)}`;
  };
  return {
    handler: ({ kind, prompts, model }) => Promise.resolve(prompts.map((prompt) => one(prompt, model, kind))),
    succeeded: () => count,
  };
}

function contextOf({ context }: ReplCase['input']): ContextSource {
  return textContext(typeof context === 'string' ? context : '');
}

/** Tools, further contexts and histories come by way of the runtime, before the first cell. */
function setUp({ tools_py, extra_contexts, histories }: ReplCase['input']): string {
  const lines = ['import json as _json', 'from sonde.names import reserve as _reserve'];
  if (tools_py) {
    lines.push(`_space = {}\nexec(_json.loads(${JSON.stringify(JSON.stringify(tools_py))}), _space)`);
    lines.push(
      "for _n, _t in _space['TOOLS'].items():\n    _reserve(_n, _t['tool'] if isinstance(_t, dict) and 'tool' in _t else _t)",
    );
  }
  const load = (value: unknown) => `_json.loads(${JSON.stringify(JSON.stringify(value))})`;
  extra_contexts?.forEach((value, at) => lines.push(`_reserve('context_${at + 1}', ${load(value)})`));
  histories?.forEach((value, at) => lines.push(`_reserve('history_${at}', ${load(value)})`));
  if (histories?.length) lines.push("_reserve('history', history_0)");
  return lines.join('\n');
}

describe.skipIf(!cases)(cases ? 'reference cases' : 'reference cases (skipped: no test data here)', () => {
  it.for(cases ?? [])('$id', async (given) => {
    const { handler, succeeded } = ruleOf(given);
    const repl = await openRepl(repls, contextOf(given.input), handler);
    const before = await cell(repl, setUp(given.input));
    expect(before.stderr).toBe('');
    for (const [at, code] of given.input.cells.entries()) {
      const official = given.expect.cells[at];
      const expected = { ...official, ...SANE[given.id]?.[at] } as ExpectedCell;
      const callsBefore = succeeded();
      const result = await cell(repl, code);
      expect(result.stdout, `stdout of cell ${at}`).toBe(expected.stdout);
      expect(result.stderr, `stderr of cell ${at}`).toBe(expected.stderr);
      expect(result.finalAnswer, `final answer of cell ${at}`).toBe(expected.final_answer);
      expect(succeeded() - callsBefore, `calls of cell ${at}`).toBe(expected.n_calls);
      if (!SANE[given.id] && !given.input.tools_py) {
        const own = expected.var_names.filter((name) => !RESERVED.has(name));
        expect(Object.keys(result.variables).sort()).toEqual([...own].sort());
      }
    }
    repl.close();
  });
});
