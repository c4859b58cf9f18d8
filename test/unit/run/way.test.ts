/** Which way a question is asked: by size, and never so that somebody new is shown the text. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import { scriptedModel } from '../../fixtures/scripted-model';
import { decideWay, type WayInput } from '../../../src/core/run/way';

const here = { name: 'local', host: null, contextTokens: 32_768 };
const there = { name: 'gpt-large', host: 'api.example.org', contextTokens: 128_000 };
const served = (host: string) => scriptedModel({ host, replies: [] });

function decide(changes: Partial<WayInput>) {
  return decideWay({
    asked: 'auto',
    context: { kind: 'documents', chars: 40_000 },
    root: there,
    sub: there,
    rootSteps: [],
    guard: { mode: 'off' },
    ...changes,
  });
}

describe('the way, left to itself', () => {
  it('puts a short text before the root model, and says how long it is', () => {
    const { taken, reason } = decide({});
    expect(taken).toBe('direct');
    expect(reason).toMatch(/about 10k tokens.*gpt-large reads 128k/);
  });

  it.each([
    ['a text of more than sixteen thousand tokens', { context: { kind: 'text', chars: 70_000 } }, '16k'],
    [
      'one that does not fit half of the window',
      { root: { ...there, contextTokens: 16_000 } },
      'only up to 6k are',
    ],
    ['data', { context: { kind: 'json', chars: 100 } }, 'data rather than text'],
    ['a root model that works through code', { root: { ...here, codeOnly: true } }, 'through code'],
    ['output that is guarded', { guard: { mode: 'cap', chars: 100 } }, 'guard'],
    ['a root model at a host that sees none of the text otherwise', { sub: here }, 'api.example.org'],
    [
      'what would go to another host when root turns move up',
      { root: here, rootSteps: [here, { ...there, host: 'stronger.example' }] },
      'whole text to stronger.example',
    ],
    [
      'a root model with a further address that sees none of it',
      { root: { ...there, replicas: [served('api.example.org'), served('second.example')] } },
      'second.example',
    ],
    ['two models at two hosts', { sub: { ...there, host: 'other.example' } }, 'whole text'],
  ] as const)('explores %s by code', (_, changes, words) => {
    const { taken, reason } = decide(changes);
    expect(taken).toBe('recurse');
    expect(reason).toContain(words);
  });

  it('shows a model of this device anything, wherever the sub-model is', () => {
    expect(decide({ root: here, sub: there, guard: { mode: 'ask' } }).taken).toBe('direct');
  });
});

describe('the way, chosen', () => {
  it('is taken', () => {
    expect(decide({ asked: 'recurse' }).taken).toBe('recurse');
    expect(decide({ asked: 'direct', context: { kind: 'text', chars: 200_000 } }).taken).toBe('direct');
  });

  it.each([
    [
      'too long',
      { context: { kind: 'text', chars: 480_000 } },
      '120k tokens; beside the instructions, gpt-large has room for 99k',
    ],
    ['guarded', { guard: { mode: 'ask' } }, 'guard'],
    ['data', { context: { kind: 'json', chars: 9 } }, 'text and documents'],
    ['asked of what works through code', { root: { ...here, codeOnly: true } }, 'cannot be asked directly'],
  ] as const)('is refused in a sentence with what to do when the text is %s', (_, changes, words) => {
    const attempt = () => decide({ ...changes, asked: 'direct' });
    expect(attempt).toThrow(SondeError);
    expect(attempt).toThrow(words);
  });
});
