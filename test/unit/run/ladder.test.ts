/** Who answers when a model fails, says nothing or fails its check; who judges; and what is asked without code. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/core/record/events';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModelOptions } from '../../fixtures/scripted-model';

const down = new SondeError({ code: 'server', message: 'The server answered 500.' });
const price = { input: 1, output: 1 };
const model = (name: string, script: ScriptedModelOptions) => scriptedModel({ name, price, ...script });
const steps = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === 'escalated'
      ? [`${event.role}: ${event.from.name} → ${event.to.name}, ${event.reason.code}`]
      : [],
  );
const ready = { finalAnswer: 'done' };

/** One cell asks the sub-model. */
async function askSub(kit: Omit<RunKit, 'root' | 'cells'>, prompts: readonly string[], schema?: object) {
  let replies: string[] = [];
  const cells: RunKit['cells'] = async ({ call, signal }) => {
    const request = { kind: 'llm', prompts, model: null } as const;
    replies = await call(schema ? { ...request, schema: { ...schema } } : request, signal);
    return ready;
  };
  const run = await runScripted({ ...kit, cells, root: model('root', { replies: [cellReply('x')] }) });
  return { ...run, replies, calls: run.run.turns[0]?.cells[0]?.calls ?? [] };
}

describe('the ladder of the sub-model', () => {
  it('is climbed call by call: by a failure, nothing said, JSON refused twice, a prompt too large', async () => {
    const long = 'a long prompt '.repeat(3_000);
    const rule: ScriptedModelOptions['rule'] = ({ messages }) => {
      const asked = messages[0]?.content ?? '';
      if (asked.startsWith('fail')) throw down;
      return asked.startsWith('nothing') ? ' \n' : `weak: ${asked.slice(0, 5)}`;
    };
    const weak = model('weak', { contextTokens: 8_000, rule });
    const strong = model('strong', {
      rule: ({ messages }) => `strong: ${messages[0]?.content.slice(0, 4) ?? ''}`,
    });
    const request = { ladders: { sub: [strong] } };
    const { replies, calls, events, totals, usage } = await askSub({ sub: weak, request }, [
      'fine',
      'fail',
      'nothing',
      long,
    ]);
    expect(replies).toEqual(['weak: fine', 'strong: fail', 'strong: noth', 'strong: a lo']);
    expect(steps(events)).toEqual([
      'sub: weak → strong, prompt-too-large',
      'sub: weak → strong, server',
      'sub: weak → strong, bad-response',
    ]);
    expect(calls.map(({ answeredBy }) => answeredBy?.name)).toEqual(['weak', 'strong', 'strong', 'strong']);
    expect(calls.map(({ problem }) => problem)).toEqual([null, null, null, null]);
    expect(weak.calls).toHaveLength(3); // the one too large was never sent
    // What the weak model took for nothing is the weak model's.
    const [fine, , nothing] = weak.calls;
    const tokens = (call: typeof fine) => Math.ceil((call?.messages[0]?.content.length ?? 0) / 4);
    expect(usage['weak']?.inputTokens).toBe(tokens(fine) + tokens(nothing));
    expect(totals.subcalls).toBe(4);
  });

  it('ends at its last step with what that one said; a limit and a stop are no reason to climb', async () => {
    const failing = (name: string) => model(name, { rule: () => Promise.reject(down) });
    const all = await askSub(
      { sub: failing('a'), request: { ladders: { sub: [failing('b'), failing('c')] } } },
      ['x'],
    );
    expect(all.replies).toEqual(['Error: The server answered 500.']);
    expect(steps(all.events)).toEqual(['sub: a → b, server', 'sub: b → c, server']);
    const strong = model('strong', { replies: ['never'] });
    const limited = { sub: model('weak', { replies: ['a'] }), limits: { maxSubcalls: 0 } };
    const { replies, events } = await askSub({ ...limited, request: { ladders: { sub: [strong] } } }, ['x']);
    expect(replies).toEqual(['Error: maxSubcalls: no sub-calls are allowed']);
    expect(steps(events)).toEqual([]);
  });

  it('is climbed by a refusal that comes with its bill, which is paid once; without one it is told', async () => {
    const refused = new SondeError({ code: 'bad-response', message: 'The model declined to answer.' });
    const refusing = () => {
      const billed = model('weak', { replies: [{ text: '', usage: { inputTokens: 7, outputTokens: 3 } }] });
      const complete: typeof billed.complete = async function* (...asked) {
        yield* billed.complete(...asked);
        throw refused;
      };
      return { ...billed, complete };
    };
    const strong = model('strong', { replies: ['yes'] });
    const climbed = await askSub({ sub: refusing(), request: { ladders: { sub: [strong] } } }, ['x']);
    expect(climbed.replies).toEqual(['yes']);
    expect(steps(climbed.events)).toEqual(['sub: weak → strong, bad-response']);
    const alone = await askSub({ sub: refusing() }, ['x']);
    expect(alone.replies).toEqual(['Error: The model declined to answer.']);
    for (const { usage } of [climbed, alone])
      expect(usage['weak']).toMatchObject({ calls: 1, inputTokens: 7, outputTokens: 3 });
  });

  it('is climbed once two replies did not match a schema', async () => {
    const weak = model('weak', { replies: ['no', 'still no'] });
    const strong = model('strong', { replies: ['{"a": 1}'] });
    const schema = { type: 'object', required: ['a'] };
    const { replies, events, calls } = await askSub(
      { sub: weak, request: { ladders: { sub: [strong] } } },
      ['x'],
      schema,
    );
    expect(replies).toEqual(['{"a": 1}']);
    expect(steps(events)).toEqual(['sub: weak → strong, bad-response']);
    const [step] = calls[0]?.escalations ?? [];
    expect(step?.usage.inputTokens).toBeGreaterThan(0);
    expect(calls[0]?.usage?.inputTokens).toBeGreaterThan(step?.usage.inputTokens ?? Infinity);
  });
});

describe('the ladder of the root model', () => {
  it('is climbed for the rest of the run, and the prompt follows the window', async () => {
    const small = model('small', { contextTokens: 4_096, replies: [cellReply('a')], failures: { 1: down } });
    const large = model('large', { contextTokens: 128_000, replies: [cellReply('b'), cellReply('c')] });
    let n = 0;
    const cells: RunKit['cells'] = () => (++n === 3 ? ready : { stdout: 'seen' });
    const { outcome, run, events } = await runScripted({
      root: small,
      cells,
      request: { ladders: { root: [large] } },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'done' });
    expect(steps(events)).toEqual(['root: small → large, server']);
    expect(run.turns.map(({ answeredBy }) => answeredBy?.name)).toEqual(['small', 'large', 'large']);
    const system = (one: typeof small) => one.calls[0]?.messages[0]?.content ?? '';
    expect(system(large).length).toBeGreaterThan(3 * system(small).length);
    expect(large.calls[1]?.messages.slice(0, 2)).toEqual(large.calls[0]?.messages.slice(0, 2));
  });

  it('is climbed after three replies without code or answer', async () => {
    const weak = model('weak', { replies: ['Let me think.', 'Hm.', 'Well.'] });
    const strong = model('strong', { replies: [cellReply('x')] });
    const kit = { root: weak, cells: () => ready, request: { ladders: { root: [strong] } } };
    const { outcome, events } = await runScripted(kit);
    expect(outcome).toMatchObject({ status: 'answered' });
    expect(steps(events)).toEqual(['root: weak → strong, format']);
  });

  it('never leads a guarded run to another host', async () => {
    const near = model('near', { host: null, rule: () => Promise.reject(down) });
    const far = model('far', { host: 'far.example', replies: [cellReply('x')] });
    const guard = { mode: 'cap', chars: 100 } as const;
    const { outcome } = await runScripted({ root: near, guard, request: { ladders: { root: [far] } } });
    expect(outcome).toMatchObject({ status: 'failed', problem: { code: 'server' } });
    expect(far.calls).toHaveLength(0);
  });

  it('keeps what came of a reply that broke off: in the record, and in what was spent', async () => {
    const root = scriptedModel({ name: 'root', price, replies: [] });
    const broken = {
      ...root,
      async *complete() {
        await Promise.resolve();
        yield { type: 'text', text: 'I see that the ' } as const;
        throw new SondeError({ code: 'interrupted', message: 'The stream broke off.' });
      },
    };
    const { outcome, run, totals } = await runScripted({ root: broken });
    expect(outcome).toMatchObject({ status: 'failed', problem: { code: 'interrupted' } });
    const [aside] = run.turns[0]?.asides ?? [];
    expect(aside).toMatchObject({
      purpose: 'turn',
      reply: 'I see that the ',
      problem: { code: 'interrupted' },
    });
    expect(aside?.usage.inputTokens).toBeGreaterThan(100);
    expect(totals.inputTokens).toBe(aside?.usage.inputTokens);
  });
});
