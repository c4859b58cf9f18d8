import { describe, expect, it } from 'vitest';
import { estimateRun } from '../../../src/core/run/estimate';
import type { EstimateInput, EstimateModel } from '../../../src/core/run/estimate-input';
import { gpuPace, READER_PACE, SERVED_PACE } from '../../../src/core/run/pace';
import { LIMIT_FIELDS, parseLimit, type LimitField } from '../../../src/core/run/limit-fields';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';

const cloud: EstimateModel = {
  name: 'large',
  host: 'api.example.org',
  contextTokens: 128_000,
  price: { input: 2, output: 8 },
  pace: SERVED_PACE,
};
const reader: EstimateModel = {
  name: 'built-in reader',
  host: null,
  contextTokens: 32_000,
  price: { input: 0, output: 0 },
  pace: READER_PACE,
};

function input(changes: Partial<EstimateInput> = {}): EstimateInput {
  return { chars: 1_200_000, questionChars: 80, root: cloud, sub: cloud, limits: DEFAULT_LIMITS, ...changes };
}

describe('the estimate of a run', () => {
  it('is a range whose ends are in order', () => {
    for (const chars of [0, 10, 5_000, 1_200_000, 400_000_000]) {
      const { turns, subcalls, tokens, costUsd, timeS } = estimateRun(input({ chars }));
      for (const range of [turns, subcalls, tokens, costUsd ?? { low: 0, high: 0 }, timeS]) {
        expect(Number.isFinite(range.high)).toBe(true);
        expect(range.low).toBeLessThanOrEqual(range.high);
        expect(range.low).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('names every host that is sent something: of further addresses too, and of steps only what is new to them', () => {
    const served = { ...cloud, otherHosts: ['second.example'] };
    const step = { ...cloud, host: 'second.example', otherHosts: ['third.example'] };
    const { leaves, mayLeave } = estimateRun(input({ root: served, sub: reader, ladders: { root: [step] } }));
    expect(leaves).toEqual([
      { host: 'api.example.org', what: ['root'] },
      { host: 'second.example', what: ['root'] },
    ]);
    expect(mayLeave).toEqual([{ host: 'third.example', what: ['root'] }]);
  });

  it('has the whole corpus read once at its upper end', () => {
    const { tokens, subcalls } = estimateRun(input());
    expect(tokens.high).toBeGreaterThan(300_000);
    expect(subcalls.high).toBeGreaterThanOrEqual(300_000 / 50_000);
    expect(subcalls.low).toBe(0);
    const tenfold = estimateRun(input({ chars: 12_000_000 }));
    // Nine times 300,000 tokens more to be read.
    expect(tenfold.tokens.high - tokens.high).toBeGreaterThan(2_700_000);
    expect(tenfold.tokens.low).toBe(tokens.low);
  });

  it('needs more sub-calls where the sub-model has a small window', () => {
    const small = estimateRun(input({ sub: { ...cloud, contextTokens: 4096 } }));
    expect(small.subcalls.high).toBeGreaterThan(estimateRun(input()).subcalls.high * 10);
  });

  it('prices input and output, and says when a price is not known', () => {
    const one = estimateRun(input());
    const twice = estimateRun(
      input({
        root: { ...cloud, price: { input: 4, output: 16 } },
        sub: { ...cloud, price: { input: 4, output: 16 } },
      }),
    );
    expect(twice.costUsd?.high).toBeCloseTo((one.costUsd?.high ?? 0) * 2, 10);
    expect(estimateRun(input({ root: { ...cloud, price: null } })).costUsd).toBeNull();
    expect(estimateRun(input({ root: reader, sub: reader })).costUsd).toEqual({ low: 0, high: 0 });
  });

  it('never promises more than the limits allow, and names the limits that hold it', () => {
    const limits = {
      ...DEFAULT_LIMITS,
      maxTurns: 3,
      maxSubcalls: 2,
      maxTokens: 5000,
      maxBudgetUsd: 0.01,
      maxTimeS: 4,
    };
    const held = estimateRun(input({ limits }));
    expect(held.turns.high).toBe(3);
    expect(held.subcalls.high).toBe(2);
    expect(held.tokens.high).toBe(5000);
    expect(held.costUsd?.high).toBe(0.01);
    expect(held.timeS.high).toBe(4);
    expect([...held.cappedBy].sort()).toEqual([
      'maxBudgetUsd',
      'maxSubcalls',
      'maxTimeS',
      'maxTokens',
      'maxTurns',
    ]);
    expect(estimateRun(input({ limits: { ...DEFAULT_LIMITS, maxTurns: 1 } })).turns).toEqual({
      low: 1,
      high: 1,
    });
  });

  it('has the reader look up passages, however long the documents are', () => {
    const lookUp = { ...reader, reads: 'passages' } as const;
    const book = estimateRun(input({ root: lookUp, sub: lookUp }));
    const library = estimateRun(input({ root: lookUp, sub: lookUp, chars: 400_000_000 }));
    expect(library.tokens).toEqual(book.tokens);
    expect(book.tokens.high).toBeLessThan(100_000);
    expect(book.subcalls.high).toBeLessThanOrEqual(40);
  });

  it('is quicker with more calls side by side', () => {
    const small = { ...cloud, contextTokens: 4096 };
    const narrow = estimateRun(input({ sub: small, limits: { ...DEFAULT_LIMITS, maxConcurrency: 1 } }));
    const wide = estimateRun(input({ sub: small, limits: { ...DEFAULT_LIMITS, maxConcurrency: 64 } }));
    expect(wide.timeS.high).toBeLessThan(narrow.timeS.high / 5);
  });

  it('counts calls on this device one after the other, whatever the concurrency, and says so', () => {
    const pace = gpuPace(2.5e9, false);
    const local: EstimateModel = { ...reader, name: 'local', contextTokens: 4096, pace, serial: true };
    const of = (maxConcurrency: number) =>
      estimateRun(input({ root: local, sub: local, limits: { ...DEFAULT_LIMITS, maxConcurrency } }));
    expect(of(64).timeS).toEqual(of(1).timeS);
    expect(of(16).serial).toEqual(['root', 'sub']);
    expect(estimateRun(input({ sub: local })).serial).toEqual(['sub']);
    expect(estimateRun(input()).serial).toEqual([]);
    // 160 parts of half a window each, read and answered at the slow end of what GPUs do.
    const { low } = pace.outputTokensPerS;
    expect(of(16).timeS.high).toBeGreaterThan(160 * (400 / low));
  });

  it('knows that sub-calls on the root’s own engine make it read its conversation again', () => {
    const pace = gpuPace(2.5e9, false);
    const local: EstimateModel = { ...reader, name: 'local', contextTokens: 32_768, pace, serial: true };
    const shared = estimateRun(input({ root: local, sub: local }));
    const apart = estimateRun(input({ root: local, sub: { ...local, name: 'another' } }));
    expect(shared.timeS.high).toBeGreaterThan(apart.timeS.high);
    expect(shared.tokens).toEqual(apart.tokens);
  });

  it('takes a processor that computes for a GPU to be much slower', () => {
    const [gpu, processor] = [gpuPace(1e9, false), gpuPace(1e9, true)];
    expect(processor.outputTokensPerS.high).toBeLessThan(gpu.outputTokensPerS.high / 10);
    expect(gpuPace(5e9, false).outputTokensPerS.low).toBeLessThan(gpu.outputTokensPerS.low);
  });

  it('counts the verdict, and the turns an answer that is sent back takes', () => {
    const judge = { ...cloud, name: 'judge', host: 'judge.example', price: { input: 100, output: 100 } };
    const [plain, judged] = [estimateRun(input()), estimateRun(input({ verifier: judge }))];
    expect([plain.verdicts, judged.verdicts]).toEqual([0, 1]);
    expect(judged.turns).toEqual({ low: plain.turns.low, high: plain.turns.high + 2 });
    // At least 600 tokens in and 30 out at a hundred dollars a million.
    expect((judged.costUsd?.low ?? 0) - (plain.costUsd?.low ?? 0)).toBeCloseTo(0.063, 6);
    expect(judged.leaves).toContainEqual({ host: 'judge.example', what: ['verifier'] });
  });

  it('bounds what ladders may add, within the limits, and names the hosts they may bring in', () => {
    const step = { ...cloud, name: 'largest', host: 'other.example', price: { input: 20, output: 80 } };
    const climbing = estimateRun(input({ ladders: { root: [step], sub: [step, step] } }));
    expect(estimateRun(input()).movedUp).toBeNull();
    expect(climbing.costUsd).toEqual(estimateRun(input()).costUsd);
    expect(climbing.movedUp?.tokens).toBeGreaterThan(climbing.tokens.high * 1.5);
    expect(climbing.movedUp?.costUsd).toBeGreaterThan((climbing.costUsd?.high ?? 0) * 10);
    expect(climbing.leaves).toEqual([{ host: 'api.example.org', what: ['root', 'sub'] }]);
    expect(climbing.mayLeave).toEqual([{ host: 'other.example', what: ['root', 'sub'] }]);
    const limits = { ...DEFAULT_LIMITS, maxBudgetUsd: 0.5 };
    expect(estimateRun(input({ limits, ladders: { sub: [step] } })).movedUp?.costUsd).toBe(0.5);
    expect(estimateRun(input({ ladders: { sub: [{ ...step, price: null }] } })).movedUp?.costUsd).toBeNull();
    const sameHost = estimateRun(input({ ladders: { root: [{ ...cloud, name: 'larger' }] } }));
    expect(sameHost.mayLeave).toEqual([]);
  });

  it('takes a call or two when the documents are put before the root model', () => {
    const direct = estimateRun(input({ way: 'direct', chars: 40_000 }));
    expect(direct.turns).toEqual({ low: 1, high: 2 });
    expect(direct.subcalls).toEqual({ low: 0, high: 0 });
    expect(direct.tokens.low).toBeGreaterThan(10_000);
    expect(direct.tokens.high).toBeLessThan(30_000);
  });

  it('knows that six connections carry no more than six calls at a time', () => {
    const six = { ...cloud, contextTokens: 4096, parallelCalls: 6 };
    const narrow = estimateRun(input({ sub: six, limits: { ...DEFAULT_LIMITS, maxConcurrency: 64 } }));
    const asked = estimateRun(input({ sub: six, limits: { ...DEFAULT_LIMITS, maxConcurrency: 6 } }));
    expect(narrow.narrow).toEqual({ host: 'api.example.org', calls: 6 });
    expect(narrow.timeS).toEqual(asked.timeS);
    expect(asked.narrow).toBeNull();
  });

  it('says which host is sent something, and that nothing leaves with models of this device', () => {
    expect(estimateRun(input({ root: reader, sub: reader })).leaves).toEqual([]);
    expect(estimateRun(input({ sub: reader })).leaves).toEqual([{ host: 'api.example.org', what: ['root'] }]);
    expect(estimateRun(input()).leaves).toEqual([{ host: 'api.example.org', what: ['root', 'sub'] }]);
  });
});

describe('a limit as typed', () => {
  const field = (name: LimitField['name']) =>
    LIMIT_FIELDS.find((candidate) => candidate.name === name) as LimitField;

  it('has a field for every limit, with what it means', () => {
    expect(LIMIT_FIELDS.map(({ name }) => name).sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
    for (const { name, help } of LIMIT_FIELDS) expect(help.length, name).toBeGreaterThan(20);
  });

  it('takes what the defaults are', () => {
    for (const each of LIMIT_FIELDS) {
      const value = DEFAULT_LIMITS[each.name];
      expect(parseLimit(each, String(value ?? '')), each.name).toEqual({ ok: true, value });
    }
  });

  it.each([
    ['maxTurns', '12', 12],
    ['maxSubcalls', '0', 0],
    ['maxConcurrency', '256', 256],
    ['maxDepth', '5', 5],
    ['maxBudgetUsd', '0,5', 0.5],
    ['maxBudgetUsd', '', null],
    ['maxTimeS', ' 90 ', 90],
  ] as const)('reads %s “%s”', (name, typed, value) => {
    expect(parseLimit(field(name), typed)).toEqual({ ok: true, value });
  });

  it.each([
    ['maxTurns', '', 'needs a number'],
    ['maxTurns', 'many', 'not a number'],
    ['maxTurns', '1.5', 'whole number'],
    ['maxTurns', '0', 'at least 1'],
    ['maxBudgetUsd', '0', 'Money must be more than 0. Leave it empty for no limit.'],
    ['maxSubcalls', '-3', 'at least 0'],
    ['maxBudgetUsd', '-1', 'more than 0'],
    ['maxDepth', '99', 'at most 10'],
    ['maxTimeS', 'Infinity', 'not a number'],
  ] as const)('refuses %s “%s” in words: %s', (name, typed, words) => {
    const parsed = parseLimit(field(name), typed);
    expect(parsed.ok ? '' : parsed.problem).toContain(words);
  });
});
