/** Ways round the gate before a root model on another host: ladders, further addresses, verifiers, what is said of calls. */

import { describe, expect, it } from 'vitest';
import { cellReply, runScripted, type RunKit } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModel } from '../../fixtures/scripted-model';

const SECRET = 'The treasure is under the third palm. ';
const cloud = (replies: readonly string[]) =>
  scriptedModel({ name: 'cloud', host: 'api.example.com', replies });
const local = () => scriptedModel({ name: 'local', rule: () => 'fine' });
const sentTo = (model: ScriptedModel) => model.calls.map(({ messages }) => JSON.stringify(messages)).join();
const cap = { mode: 'cap', chars: 40 } as const;

describe('a cap', () => {
  it('cannot be walked around by names of models that code makes up', async () => {
    const root = cloud([cellReply('ask'), 'FINAL(x)']);
    const { told } = await runScripted({
      root,
      sub: local(),
      guard: cap,
      cells: async ({ call, signal }) => {
        for (const word of SECRET.repeat(3).split(' '))
          await call({ kind: 'llm', prompts: ['a'], model: word }, signal);
        return {};
      },
    });
    expect(sentTo(root)).toContain('The code asked for a model');
    expect(sentTo(root)).not.toContain('treasure');
    expect(told('unknown-model')).toHaveLength(1);
  });

  it('holds for what a ladder leads to: neither the kept host, nor a further one, by way of a sub-call', async () => {
    const failing = (name: string, host: string | null) =>
      scriptedModel({ name, host, rule: () => Promise.reject(new Error('down')) });
    const ask = async (kit: Pick<RunKit, 'root' | 'sub' | 'request'>, model: string | null) => {
      const cells: RunKit['cells'] = async ({ call, signal }) => {
        await call({ kind: 'llm', prompts: [SECRET], model }, signal);
        return { finalAnswer: 'x' };
      };
      return runScripted({ ...kit, guard: cap, cells });
    };
    const above = scriptedModel({ name: 'above', host: 'api.example.com', replies: ['never'] });
    const elsewhere = scriptedModel({ name: 'elsewhere', host: 'other.example', replies: ['fine'] });
    const ladders = { sub: [above, elsewhere] };
    await ask({ root: cloud([cellReply('a')]), sub: failing('sub', null), request: { ladders } }, null);
    expect(above.calls).toHaveLength(0);
    expect(elsewhere.calls).toHaveLength(1);
    const root = scriptedModel({
      name: 'root',
      replies: [cellReply('a')],
      failures: { 1: new Error('down') },
    });
    await ask({ root, sub: local(), request: { ladders: { root: [above] } } }, 'root');
    expect(above.calls).toHaveLength(0);
  });

  it('holds for further addresses of the root model at other hosts, which sub-calls may still go to', async () => {
    const first = scriptedModel({
      host: 'api.example.com',
      rule: ({ n }) => (n < 4 ? cellReply('a') : 'FINAL(x)'),
    });
    const second = scriptedModel({ host: 'second.example', rule: () => 'fine' });
    const sub = { ...second, name: 'sub', replicas: [local(), second] };
    const root = { ...first, name: 'root', replicas: [second, first] };
    const prompts = ['a', 'b', 'c'];
    const { outcome } = await runScripted({
      root,
      sub,
      guard: cap,
      cells: async ({ call, signal, n }) => {
        if (n === 0) await call({ kind: 'llm', prompts, model: null }, signal);
        return { stdout: 'seen' };
      },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'x' });
    expect(first.calls).toHaveLength(5);
    expect(second.calls.length).toBeGreaterThan(0);
    expect(second.calls.every(({ options }) => options.origin?.role === 'sub')).toBe(true);
  });

  it('holds for a verifier: what it is shown elsewhere, and what it says to the root', async () => {
    const no = JSON.stringify({ accepted: false, reasons: SECRET.repeat(5) });
    const judgedBy = async (host: string | null) => {
      const root = cloud([cellReply('a'), 'FINAL(x)']);
      const verifier = scriptedModel({ name: 'judge', host, replies: [no] });
      const cells: RunKit['cells'] = () => ({ stdout: SECRET.repeat(9), finalAnswer: SECRET.repeat(9) });
      const { told } = await runScripted({ root, sub: local(), guard: cap, cells, request: { verifier } });
      return { root, verifier, told };
    };
    const there = await judgedBy('judge.example');
    const shown = sentTo(there.verifier).match(/The treasure|third palm/g) ?? [];
    expect(shown.length).toBeLessThanOrEqual(2); // the forty characters, head and tail
    const here = await judgedBy(null);
    expect(sentTo(here.verifier).match(/treasure/g)?.length).toBeGreaterThan(9);
    for (const { root, told } of [there, here]) {
      expect(told('gate-rejected')).toHaveLength(1);
      expect(sentTo(root)).toContain('sent back once');
      expect(sentTo(root).match(/treasure/g)?.length ?? 0).toBeLessThanOrEqual(2);
    }
  });
});
