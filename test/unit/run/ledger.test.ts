import { describe, expect, it } from 'vitest';
import { checkLimits } from '../../../src/core/run/limit-check';
import { Ledger } from '../../../src/core/run/ledger';
import { errorsUse, LimitWarnings, turnsUse } from '../../../src/core/run/limit-warnings';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/run/limits';
import { Semaphore } from '../../../src/core/run/semaphore';

const price = { input: 1, output: 2 }; // dollars per million tokens
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  costUsd: (inputTokens * price.input + outputTokens * price.output) / 1e6,
  estimated: false,
});

function ledgerWith(limits: Partial<Limits>) {
  const time = { ms: 0 };
  const clock = { now: () => time.ms, after: () => () => undefined };
  return { time, ledger: new Ledger({ ...DEFAULT_LIMITS, ...limits }, clock) };
}

describe('the ledger of a tree', () => {
  it('refuses a call whose reservation would not fit beside those in flight', () => {
    const { ledger } = ledgerWith({ maxTokens: 2_500 });
    const first = ledger.reserve(500, price, 'subcall'); // 500 + 500 assumed for the reply
    ledger.reserve(500, price, 'subcall');
    expect(() => ledger.reserve(500, price, 'subcall')).toThrow(/^maxTokens: 2,000 of 2,500/);
    ledger.settle(first, usage(500, 10));
    expect(() => ledger.reserve(500, price, 'subcall')).not.toThrow();
  });

  it('refuses by money before sending, and counts exactly what was settled', () => {
    const { ledger } = ledgerWith({ maxBudgetUsd: 0.01 });
    ledger.settle(ledger.reserve(1_000, price, 'turn'), usage(1_000, 4_000));
    expect(ledger.summary()).toBe('$0.0090 of $0.01');
    expect(() => ledger.reserve(1_000, price, 'subcall')).toThrow(/^maxBudgetUsd/);
    expect(ledger.exceeded()).toBeNull();
  });

  it('counts sub-calls, not turns, against maxSubcalls; a failed call stays counted', () => {
    const { ledger } = ledgerWith({ maxSubcalls: 1 });
    ledger.reserve(1, null, 'turn');
    ledger.release(ledger.reserve(1, null, 'subcall'));
    expect(() => ledger.reserve(1, null, 'subcall')).toThrow('maxSubcalls: all 1 sub-calls are used');
  });

  it('is warned of once at 50 % and once at 80 %, in every run of the tree', () => {
    const { ledger } = ledgerWith({ maxTokens: 1_000 });
    const [root, child] = [new LimitWarnings(), new LimitWarnings()];
    const spend = (tokens: number) => {
      ledger.settle(ledger.reserve(0, null, 'turn'), usage(tokens, 0));
    };
    spend(499);
    expect(root.of(ledger.usage())).toEqual([]);
    spend(1);
    expect(root.of(ledger.usage())).toEqual(['50 % of a limit is used: 500 of 1,000 tokens.']);
    expect(root.of(ledger.usage())).toEqual([]);
    spend(400);
    for (const run of [root, child])
      expect(run.of(ledger.usage())).toEqual(['80 % of a limit is used: 900 of 1,000 tokens.']);
    expect(root.of([...turnsUse(15, 30), ...errorsUse(4, 5), ...turnsUse(2, 3)])).toEqual([
      '50 % of a limit is used: 15 of 30 turns.',
      '80 % of a limit is used: 4 cells in a row have failed, 5 end the run.',
    ]);
  });

  it('bounds a reply when little is left, and never before', () => {
    const { ledger } = ledgerWith({ maxTokens: 10_000, maxBudgetUsd: 0.015 });
    expect(ledger.reserve(1_000, price, 'turn').outputTokens).toBeNull(); // 9,000 tokens, 7,000 by money
    expect(ledger.reserve(5_500, price, 'turn').outputTokens).toBe(3_000); // beside the 1,500 reserved, by money 3,000 too
  });

  it('settles a try that failed midway and reserves the next, or refuses it', () => {
    const { ledger } = ledgerWith({ maxTokens: 3_000 });
    const first = ledger.reserve(1_000, price, 'turn');
    const second = ledger.renew(first, usage(1_000, 100), 1_000, price);
    expect(ledger.spent.tokens).toBe(1_100);
    expect(() => ledger.renew(second, usage(1_000, 100), 1_000, price)).toThrow(/^maxTokens: 2,200 of 3,000/);
    expect(ledger.reserve(600, null, 'turn').tokens).toBe(700); // nothing is left reserved
  });

  it('knows when time is over', () => {
    const { ledger, time } = ledgerWith({ maxTimeS: 2 });
    expect(ledger.remainingMs()).toBe(2_000);
    time.ms = 2_001;
    expect(ledger.exceeded()?.message).toBe('maxTimeS: 2 of 2 s');
  });
});

describe('limits given by a user', () => {
  it.each([
    [{ maxTurns: 0 }, 'maxTurns must be a whole number of 1 or more.'],
    [{ maxDepth: 1.5 }, 'maxDepth must be a whole number of 1 or more.'],
    [{ maxBudgetUsd: -1 }, 'maxBudgetUsd must be a number of 0 or more.'],
    [{ cellTimeoutS: 0 }, 'cellTimeoutS must be a number above 0.'],
    [{ maxTimeS: Number.NaN }, 'maxTimeS must be a number above 0.'],
  ])('%j is refused in words', (limits, sentence) => {
    expect(() => {
      checkLimits({ ...DEFAULT_LIMITS, ...limits });
    }).toThrow(sentence);
  });
  it('may be absent where that means no limit', () => {
    expect(() => {
      checkLimits({ ...DEFAULT_LIMITS, maxSubcalls: 0, maxTokens: null });
    }).not.toThrow();
  });
});

describe('a semaphore', () => {
  it('lets at most its width in, in order, and forgets those that gave up waiting', async () => {
    const semaphore = new Semaphore(2);
    const never = new AbortController().signal;
    const a = await semaphore.acquire(never);
    await semaphore.acquire(never);
    const order: string[] = [];
    const stop = new AbortController();
    const given = semaphore.acquire(stop.signal).catch(() => order.push('given up'));
    const third = semaphore.acquire(never).then((release) => {
      order.push('third');
      return release;
    });
    stop.abort();
    await given;
    a();
    a(); // giving back twice frees one place only
    await third;
    expect(order).toEqual(['given up', 'third']);
    expect(semaphore.tryAcquire()).toBeNull();
  });

  it('serves thousands in order', async () => {
    const semaphore = new Semaphore(1);
    const never = new AbortController().signal;
    const served: number[] = [];
    await Promise.all(
      Array.from({ length: 5_000 }, async (_, i) => {
        const release = await semaphore.acquire(never);
        served.push(i);
        release();
      }),
    );
    expect(served).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });
});
