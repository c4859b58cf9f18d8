/**
 * Official logs in and out. The logs were written by the official implementation, with a scripted model; the reader of
 * its visualizer is followed field by field.
 */

import { describe, expect, test } from 'vitest';
import { exportOfficialLog } from '../../../src/core/record/official-log-export';
import { imported, lines, officialLog, only, type Json } from '../../fixtures/official-log';

/** As its logger writes them: NaN and Infinity are no JSON. */
const officialLines = (text: string): Json[] =>
  lines(text.replaceAll(/(?<=[:[ ])(NaN|-?Infinity)(?=[,\]}])/g, '"$1"'));

/** Everything a line has, but for what only repeats: the lists of child runs that have grown past their replies. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, meaning(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

describe('a log of the official implementation', () => {
  test('is a run like any other, its child in its call', () => {
    const { run, context } = only(officialLog('children'));
    expect(run).toMatchObject({
      question: 'How long is it, and what does the child say?',
      status: 'answered',
      answer: '78 and the text',
      root: { name: 'gpt-x', host: 'models.example' },
      imported: { source: 'a.jsonl', backend: 'openai' },
      context: { typeName: 'str', chars: 75 + 3 },
    });
    expect(context).toBe('A context of some length, '.repeat(3));
    expect(run.turns.map(({ cells }) => cells.length)).toEqual([1, 2, 1, 0, 1]);
    expect(run.turns[2]?.cells[0]?.result?.error).toMatchObject({ type: 'ZeroDivisionError' });
    const call = run.turns[1]?.cells[1]?.calls[0];
    expect(call).toMatchObject({ kind: 'rlm', prompt: 'the text of the child', reply: 'the text' });
    const child = call?.child;
    expect(child).toMatchObject({ depth: 1, status: 'answered', answer: 'the text' });
    expect(child?.turns.map(({ cells }) => cells[0]?.calls.length)).toEqual([1, 0]);
    // The list of the child's first iteration had grown past its own reply.
    expect(child?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'user']);
  });

  test('comes out again with all it said', () => {
    const { run } = only(officialLog('children'));
    const given = officialLines(officialLog('children'));
    const out = lines(exportOfficialLog(run));
    expect(out).toHaveLength(given.length);
    const grown: Json[] = [];
    const cut = (line: Json): Json => {
      const text = JSON.stringify(line, (name, value: unknown) =>
        name === 'metadata' ? grown.push(value as Json) && null : value,
      );
      return JSON.parse(text) as Json;
    };
    expect(out.map(cut).map(meaning)).toMatchObject(given.map(cut).map(meaning) as Json[]);
    // Of the child: all but the messages that came after each reply.
    const [mine, theirs] = grown as { run_metadata: Json; iterations: (Json & { prompt: unknown[] })[] }[];
    expect(mine?.run_metadata).toEqual(theirs?.run_metadata);
    for (const [at, iteration] of (theirs?.iterations ?? []).entries()) {
      const { prompt = [] } = mine?.iterations[at] ?? {};
      expect({ ...mine?.iterations[at], prompt: null }).toMatchObject({ ...iteration, prompt: null });
      expect(iteration.prompt.slice(0, prompt.length)).toEqual(prompt);
    }
  });

  test('holds several runs when the logger was used for several questions', () => {
    const runs = imported(officialLog('persistent'));
    expect(runs.map(({ run }) => [run.question, run.answer])).toEqual([
      ['How long?', '13'],
      // Its `context` was still the first one's.
      ['And this one?', '13'],
    ]);
  });

  test('of a notebook names the prompt of each question in a line of its own', () => {
    const turn = (iteration: number, response: string, final: unknown) =>
      JSON.stringify({
        ...{ type: 'iteration', iteration, prompt: [{ role: 'system', content: 'You have a REPL.' }] },
        ...{ response, code_blocks: [], final_answer: final },
      });
    const asked = (prompt: string, root: string | null) =>
      JSON.stringify({ type: 'run_context', prompt, root_prompt: root, session_mode: true });
    const metadata = JSON.stringify({ type: 'metadata', root_model: 'gpt-x', environment_type: 'jupyter' });
    const log = [
      ...[metadata, asked('Pick a colour.', null), turn(1, 'I look.', null)],
      turn(2, 'FINAL(Blue)', ['FINAL', 'Blue']),
      ...[asked('The text.', 'Why that one?'), turn(3, 'FINAL(It is calm.)', 'It is calm.')],
    ].join('\n');
    const runs = imported(log);
    expect(runs.map(({ run, context }) => [run.question, context, run.answer, run.turns.length])).toEqual([
      [null, 'Pick a colour.', 'Blue', 2],
      ['Why that one?', 'The text.', 'It is calm.', 1],
    ]);
    const [first, second] = runs.map(({ run }) => lines(exportOfficialLog(run)));
    expect(first?.[1]).toMatchObject({ type: 'run_context', prompt: 'Pick a colour.' });
    expect(second?.map(({ type }) => type)).toEqual(['metadata', 'run_context', 'iteration']);
  });

  test('that ran out of turns is partial', () => {
    const { run } = only(officialLog('out-of-turns'));
    expect(run).toMatchObject({ status: 'partial', problem: { code: 'out-of-turns' } });
    expect(run.answer).not.toBe('');
  });

  test('keeps no key', () => {
    const [metadata = '', ...rest] = officialLog('persistent').split('\n');
    const leaky = metadata.replace(
      '"backend_kwargs": {',
      '"backend_kwargs": {"default_headers": {"X": "k-1"}, "API_KEY": "k-2", ',
    );
    expect(leaky).not.toBe(metadata);
    for (const { run, events } of imported([leaky, ...rest].join('\n')))
      expect(JSON.stringify(events) + exportOfficialLog(run)).not.toMatch(/k-[12]/);
  });
});

describe('what is no log', () => {
  const good = officialLog('persistent').split('\n');
  const refusal = (text: string): unknown => {
    try {
      imported(text);
      return null;
    } catch (thrown) {
      return thrown;
    }
  };
  const bad = (line: string) => refusal([good[0], line, ...good.slice(1)].join('\n'));

  test.each([
    ['', { code: 'empty' }],
    [good[0] ?? '', { code: 'empty', message: expect.stringContaining('no iterations') as string }],
    ['hello', { code: 'malformed', message: expect.stringContaining('Line 1 is not JSON') as string }],
  ])('empty thing %# is refused', (text, error) => {
    expect(refusal(text)).toMatchObject(error);
  });

  test.each([
    ['[1, 2]', 'Line 2 is not an object'],
    ['{"type": "iteration", "response": 7, "prompt": []}', 'Line 2 cannot be read: `response`'],
    ['{"type": "iteration", "prompt": 4, "response": ""}', '`prompt` is neither text nor a list'],
    ['{"iteration": 1, "prompt": [], "response": "", "code_blocks": [{"code": 1}]}', '`code_blocks.0.code`'],
    ['{"response": "cut in the midd', 'Line 2 is not JSON'],
    [`{"response": ${'['.repeat(600)}${']'.repeat(600)}}`, 'nested more than'],
  ])('line %# of the bad ones: says which line and what', (line, message) => {
    expect(bad(line)).toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(message) as string,
    });
  });

  test('a torn last line costs only itself', () => {
    const text = officialLog('children');
    const { run } = only(text.slice(0, text.lastIndexOf('"final_answer"')));
    expect(run.turns).toHaveLength(4);
    expect(run).toMatchObject({
      status: 'partial',
      problem: { message: expect.stringContaining('line 6') as string },
    });
  });

  test('hostile names stay names', () => {
    const iteration =
      '{"prompt": [], "response": "r", "code_blocks": [{"code": "x", "result": {"locals": {"__proto__": {"polluted": 1}, "constructor": 2}, "__proto__": 3}}]}';
    const { run } = only(iteration);
    expect(({} as Json)['polluted']).toBeUndefined();
    expect(exportOfficialLog(run)).toContain('"response":"r"');
  });

  test('50 MB are taken in a few seconds', () => {
    const context = 'x'.repeat(2_500_000);
    const line = (iteration: number) =>
      JSON.stringify({
        type: 'iteration',
        iteration,
        prompt: [{ role: 'user', content: 'q' }],
        response: `r${iteration}`,
        code_blocks: [{ code: 'c', result: { stdout: '', stderr: '', locals: { context, iteration } } }],
        final_answer: null,
      });
    const text = Array.from({ length: 20 }, (_, at) => line(at + 1)).join('\n');
    expect(text.length).toBeGreaterThan(50_000_000);
    const begun = performance.now();
    const { events } = only(text);
    expect(performance.now() - begun).toBeLessThan(10_000);
    // What every cell repeats is kept once.
    expect(JSON.stringify(events).length).toBeLessThan(6_000_000);
  });
});
