/** Runs of our own as official logs: what the visualizer reads of them, and what comes back of them. */

import { describe, expect, test } from 'vitest';
import { exportOfficialLog } from '../../../src/core/record/official-log-export';
import { lines, only, visualized, type Json } from '../../fixtures/official-log';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';

describe('a run of our own', () => {
  const kit = {
    limits: { maxDepth: 2 },
    cells: async ({ code, call, context, signal }: Parameters<NonNullable<RunKit['cells']>>[0]) => {
      if (code === 'ask') {
        const [one] = await call({ kind: 'llm', prompts: ['p1', 'p2'], model: null }, signal);
        return { stdout: `${one}\n`, variables: { one: 'str, 2 characters' } };
      }
      if (code === 'child') {
        const [one] = await call({ kind: 'rlm', prompts: ['the child’s text'], model: null }, signal);
        return { finalAnswer: `${one}.` };
      }
      return { finalAnswer: `child of ${context.length}` };
    },
  };
  const root = () =>
    scriptedModel({
      host: 'models.example',
      price: { input: 1, output: 2 },
      rule: ({ messages }) => {
        const last = messages.at(-1)?.content ?? '';
        if (/^p\d$/.test(last)) return `reply to ${last}`;
        if (messages.some(({ content }) => content.includes('Who is it?')))
          return cellReply(messages.length > 2 ? 'child' : 'ask');
        return cellReply('answer');
      },
    });

  test('is read by the visualizer as what it was', async () => {
    const { run, totals } = await runScripted({ ...kit, root: root() });
    const text = exportOfficialLog(run);
    const seen = visualized(text);
    expect(seen).toMatchObject({
      config: { root_model: 'scripted', max_depth: 2, max_iterations: 30 },
      iterations: 2,
      codeBlocks: 2,
      subCalls: 3,
      hasErrors: false,
      finalAnswer: 'child of 16.',
    });
    expect(totals.calls).toBe(5);
    const call = JSON.parse(text.trim().split('\n')[2] ?? '') as {
      code_blocks: { result: { rlm_calls: Json[] } }[];
    };
    expect(call.code_blocks[0]?.result.rlm_calls[0]).toMatchObject({
      response: 'child of 16',
      usage_summary: { model_usage_summaries: { scripted: { total_calls: 1 } } },
      metadata: {
        run_metadata: { root_model: 'scripted' },
        iterations: [{ iteration: 1, final_answer: 'child of 16' }],
      },
    });
  });

  test('comes back from its log as the same log', async () => {
    const { run } = await runScripted({ ...kit, root: root() });
    const text = exportOfficialLog(run);
    const { run: again } = only(text);
    expect(again).toMatchObject({ question: run.question, answer: run.answer, status: run.status });
    expect(lines(exportOfficialLog(again))).toEqual(lines(text));
  });

  test('shows the messages really sent after they were summed up', async () => {
    const long = 'x'.repeat(6_000);
    let asked = 0;
    const model = scriptedModel({
      contextTokens: 8_000,
      rule: ({ messages }) => {
        if (/progress|found/.test(messages.at(-1)?.content ?? '') && messages.length > 3) asked++;
        return messages.length > 12 ? 'FINAL(done)' : cellReply('print');
      },
    });
    const { run } = await runScripted({
      root: model,
      cells: () => ({ stdout: long }),
      limits: { maxTurns: 8 },
    });
    expect(run.notices.some(({ code }) => code === 'compacted')).toBe(true);
    const sent = model.calls.map(({ messages }) => messages.map(({ content }) => content));
    const logged = lines(exportOfficialLog(run))
      .slice(1)
      .map(({ prompt }) => (prompt as { content: string }[]).map(({ content }) => content));
    expect(asked).toBeGreaterThan(0);
    for (const prompt of logged) expect(sent).toContainEqual(prompt);
  });
});
