/** Reading what a worker posts: everything out of shape or out of bounds is refused, and nothing throws. */

import { describe, expect, it } from 'vitest';
import { rateLimit, readMessage } from '../../../src/adapters/repl/messages';
import { WIRE_LIMITS } from '../../../workers/python/wire';

const call = { type: 'call', job: 1, call: 1, kind: 'llm', prompts: ['p'], contexts: null, model: null };
const find = { type: 'find', job: 1, ask: 1, context: 0, query: 'whale', limit: 10 };
const outcome = {
  stdout: '',
  stderr: '',
  stdoutChars: 0,
  echo: null,
  error: null,
  finalAnswer: null,
  draft: '',
  refusal: null,
  variables: {},
  computeMs: 0,
  interrupted: null,
};
const done = (cell: unknown) => ({ type: 'done', job: 1, result: { kind: 'cell', cell } });

describe('a message', () => {
  it.for([call, find, done(outcome), { type: 'booted' }, { type: 'output', job: 1, text: 'x' }])(
    '%# is read',
    (data) => {
      expect(readMessage(data)).toEqual({ message: data });
    },
  );

  it.for([
    ['nothing', undefined],
    ['a text', 'call'],
    ['an unknown type', { type: 'eval', code: '1' }],
    ['a type that is inherited', { type: 'constructor' }],
    ['a call with a forged number', { ...call, call: -1 }],
    ['a call with a number that is none', { ...call, call: NaN }],
    ['a call of too many prompts', { ...call, prompts: Array(WIRE_LIMITS.batch + 1).fill('') }],
    ['a prompt that is too long', { ...call, prompts: ['x'.repeat(WIRE_LIMITS.promptChars + 1)] }],
    ['prompts too long together', { ...call, prompts: Array(5).fill('x'.repeat(30_000_000)) }],
    ['contexts that do not match', { ...call, contexts: [] }],
    ['a search of too many words', { ...find, query: 'x'.repeat(WIRE_LIMITS.findChars + 1) }],
    ['a search for too much', { ...find, limit: WIRE_LIMITS.findPassages + 1 }],
    ['a search in a context that cannot be', { ...find, context: -1 }],
    ['a member that does not belong', { ...call, html: '<img>' }],
    [
      'a result with too many variables',
      done({
        ...outcome,
        variables: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`v${n}`, 'int'])),
      }),
    ],
    ['a description that is too long', done({ ...outcome, variables: { v: 'x'.repeat(1000) } })],
    ['an answer that is no text', done({ ...outcome, finalAnswer: { toString: null } })],
    ['output that is too long', { type: 'output', job: 1, text: 'x'.repeat(1_000_000) }],
  ] as const)('with %s is refused', ([, data]) => {
    expect(readMessage(data)).toHaveProperty('refused');
  });
});

describe('the rate', () => {
  it('allows a burst, then what flows back', () => {
    const allowed = rateLimit(3, 10);
    expect([0, 0, 0, 0].map(allowed)).toEqual([true, true, true, false]);
    expect(allowed(50)).toBe(false);
    expect(allowed(400)).toBe(true);
  });
});
