/** A worker that Python has taken over says what it likes: the page believes none of it that matters. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLab, type LabSite } from './grounds';
import { openSandbox, REACH } from './probe';

let lab: LabSite;

beforeAll(async () => {
  lab = await openLab();
  await openSandbox(lab.page);
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.page.evaluate(async () => {
    window.ground.calls.length = 0;
    window.ground.repl.close();
    window.ground.repl = await window.ground.open('the corpus');
  });
  expect(await run(SEIZE)).toMatchObject({ error: null, stdout: '<hello> MessagePort\n' });
});

/** Gets hold of the worker's own port: it goes by whenever the runtime sends a call. */
const SEIZE = `${REACH}
world = run_script("""
const real = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (...given) {
  if (given[0] && given[0].type === 'call') { self.port = this; self.call = given[0]; }
  return real.apply(this, given);
};
self.forge = (message, transfer) => real.call(self.port, message, transfer);
""")
print(llm_query("hello"), world.port.constructor.name)
`;

const forge = (script: string) => `_ = run_script(${JSON.stringify(script)})`;

async function run(code: string, computeTimeoutMs = 20_000) {
  return lab.page.evaluate(
    async ({ code, computeTimeoutMs }) => {
      let last = performance.now();
      let longestGapMs = 0;
      const beat = setInterval(() => {
        longestGapMs = Math.max(longestGapMs, performance.now() - last);
        last = performance.now();
      }, 10);
      const result = await window.lab.cell(window.ground.repl, code, { computeTimeoutMs });
      await new Promise((resolve) => setTimeout(resolve, 100)); // what had queued up is counted
      clearInterval(beat);
      return { ...result, longestGapMs };
    },
    { code, computeTimeoutMs },
  );
}

const calls = () => lab.page.evaluate(() => window.ground.calls);

describe('calls', () => {
  it('of a number used before are not passed on; of a new one are, as a call of the cell', async () => {
    const { stderr } = await run(
      `${forge(`for (let n = 0; n < 20; n++) forge({ ...call, prompts: ['again ' + n] });
        forge({ ...call, call: call.call + 1000, prompts: ['new'] });`)}
import time; time.sleep(0.2); print("done")`,
    );
    expect(stderr).toBe('');
    // The cell that made the port known is over: these belong to no job of the page's.
    expect(await calls()).toEqual(['hello']);
    await run(
      `llm_query("again")\n${forge(`for (let n = 0; n < 20; n++) forge({ ...call, prompts: ['replayed'] });
        forge({ ...call, call: call.call + 1000, prompts: ['new'] });`)}\nimport time; time.sleep(0.2)`,
    );
    expect(await calls()).toEqual(['hello', 'again', 'new']);
  });

  it('with prompts beyond all bounds are not passed on', async () => {
    await run(
      `llm_query("x")\n${forge(`forge({ ...call, call: call.call + 1, prompts: Array(20000).fill('many') });`)}\nimport time; time.sleep(0.2)`,
    );
    expect(await calls()).toEqual(['hello', 'x']);
  });
});

describe('results', () => {
  const verdict = `{ kind: 'cell', cell: { stdout: 'forged', stderr: '', stdoutChars: 6, echo: null, error: null,
    finalAnswer: 'forged', draft: '', refusal: null, variables: {}, computeMs: 0, interrupted: null } }`;

  it('for cells yet to come are not believed', async () => {
    await run(forge(`for (let job = 0; job < 50; job++) forge({ type: 'done', job, result: ${verdict} })`));
    const { stdout, finalAnswer } = await run('print("genuine")');
    expect({ stdout, finalAnswer }).toEqual({ stdout: 'genuine\n', finalAnswer: null });
  });

  it('for another REPL do not reach it', async () => {
    const other = lab.page.evaluate(async () => {
      const repl = await window.ground.open('another corpus');
      const result = await window.lab.cell(repl, 'import time; time.sleep(1.5); print(context)');
      repl.close();
      return result;
    });
    const forged = await run(
      `${forge(`for (let job = 0; job < 40; job++) forge({ type: 'done', job, result: ${verdict} })`)}\nprint("mine")`,
    );
    expect((await other).stdout).toBe('another corpus\n');
    expect((await other).finalAnswer).toBeNull();
    expect(forged.lost).toBeNull();
  });

  it('with names that reach into prototypes pollute nothing', async () => {
    await run(
      `llm_query("x")\n${forge(`const variables = JSON.parse('{"__proto__": "x", "constructor": "y", "prototype": "z", "mine": "int"}');
        forge({ type: 'done', job: call.job, result: { kind: 'cell', cell: { ...${verdict}.cell, variables } } });
        forge(JSON.parse('{"type": "done", "job": ' + call.job + ', "__proto__": {"polluted": 1}, "result": {"kind": "variable", "value": "x", "__proto__": {"polluted": 1}}}'));`)}`,
    );
    const polluted = await lab.page.evaluate(() => {
      const bare: Record<string, unknown> = {};
      return [bare['polluted'], Object.keys(Object.prototype).length, typeof bare.constructor];
    });
    expect(polluted).toEqual([undefined, 0, 'function']);
    expect((await run('print("well")')).stdout).toBe('well\n');
  });
});

describe('messages of no known shape', () => {
  it('are refused one by one without harm, and a fresh interpreter answers', async () => {
    await run(
      forge(`const circle = {}; circle.self = circle;
      const odd = [undefined, null, 0, NaN, '', 'text', [], {}, circle, new Map([[1, circle]]), new Date(NaN), /x/, 10n ** 50n,
        new Error('x'), new ArrayBuffer(8), new Blob(['x']), [,,,], { type: {} }, { type: 'done' }, { type: 'done', job: -1 },
        { type: 'call', job: 1 }, { type: 'output', job: 1, text: 1 }, { type: 'booted' }, { type: 'opened' },
        { type: 'snapshot', snapshot: new Blob(['evil']) }, { type: 'pong', job: null, computeMs: -1 }, { type: '__proto__' }];
      for (const one of odd) forge(one);
      forge({ type: 'booted' }, [new MessageChannel().port1]);`),
    );
    expect((await run('print(context)')).stdout).toBe('the corpus\n');
  });

  it('that cannot be genuine end the worker when they do not stop', async () => {
    const result = await run(
      `x = 1\n${forge(`for (let n = 0; n < 500; n++) forge({ type: 'done', job: 1e6 + n, result: { kind: 'parses', value: true } })`)}\nimport time; time.sleep(5)`,
    );
    expect(result.error?.message).toMatch(
      /^Python was stopped because it sent messages that cannot be genuine/,
    );
    expect((await run('print(context, "x" in globals())')).stdout).toBe('the corpus False\n');
  });
});

describe('floods', () => {
  it('of a hundred thousand small messages end the worker, and the page goes on', async () => {
    const result = await run(
      `llm_query("x")\n${forge(`for (let n = 0; n < 100000; n++) forge({ type: 'output', job: call.job, text: 'x' })`)}\nimport time; time.sleep(5)`,
    );
    expect(result.error?.message).toMatch(/^Python was stopped because it sent messages faster than allowed/);
    expect(result.longestGapMs).toBeLessThan(1500);
    expect((await run('print(context)')).stdout).toBe('the corpus\n');
  });

  it.for([
    ['one long text', `'x'.repeat(100e6)`],
    ['a long text of two bytes a character', `'\u0416'.repeat(60e6)`],
    ['a million texts', `Array(1e6).fill('y')`],
    ['a hundred thousand objects', `Array.from({ length: 1e5 }, (_, n) => ({ n }))`],
  ] as const)('of a few huge messages (%s) end the worker, and the page goes on', async ([, payload]) => {
    const flood = `const huge = ${payload}; for (let n = 0; n < 5; n++) forge({ type: 'output', job: call.job, text: huge })`;
    const result = await run(`llm_query("x")\n${forge(flood)}\nimport time; time.sleep(8)`);
    expect(result.error?.message).toMatch(/^Python was stopped because/);
    expect(result.longestGapMs).toBeLessThan(1500);
    expect((await run('print(context)')).stdout).toBe('the corpus\n');
  });

  it('of messages to the frame stop neither the page nor the other interpreters', async () => {
    const flooding = run(
      `${REACH}\nrun_script("self.stream = () => { for (let n = 0; n < 5000 && self.postMessage; n++) self.postMessage('x'.repeat(1000)); setTimeout(self.stream, 0); }; self.stream();")\nimport time; time.sleep(4)`,
    );
    const other = await lab.page.evaluate(async () => {
      const repl = await window.ground.open('another corpus');
      const result = await window.lab.cell(repl, 'print(context)');
      repl.close();
      return result;
    });
    expect(other.stdout).toBe('another corpus\n');
    expect((await flooding).longestGapMs).toBeLessThan(1500);
  });
});

describe('its own end', () => {
  it('brought about by Python is noticed, and a fresh interpreter follows', async () => {
    const result = await run(`${REACH}\nrun_script("self.close()")\nimport time; time.sleep(60)`, 1500);
    expect(result.lost).not.toBeNull();
    expect((await run('print(context)')).stdout).toBe('the corpus\n');
  });
});

describe('time', () => {
  /** Says again and again that no time has passed, and swallows every interrupt. */
  const forgetful = `llm_query("x")
${forge(`const stay = () => { for (let n = 0; n < 5; n++) forge({ type: 'pong', job: call.job, computeMs: 0 }); setTimeout(stay, 50); }; stay();`)}
import time
while True:
    try:
        time.sleep(0.05)
    except BaseException:
        pass`;

  const runForgetful = (stopAfterMs: number) =>
    lab.page.evaluate(
      async ({ code, stopAfterMs }) => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), stopAfterMs);
        const startedAt = performance.now();
        const options = { signal: stop.signal, computeTimeoutMs: 1000 };
        const result = await window.lab.cell(window.ground.repl, code, options);
        return { result, tookMs: performance.now() - startedAt };
      },
      { code: forgetful, stopAfterMs },
    );

  it('told wrongly does not outlast Stop', async () => {
    const { result, tookMs } = await runForgetful(2500);
    expect(tookMs).toBeLessThan(3500);
    expect(result).toMatchObject({ interrupted: 'stop' });
  });

  it('told wrongly does not outlast the limit: with no call in flight the page keeps its own', async () => {
    const { result, tookMs } = await runForgetful(30_000);
    expect(tookMs).toBeLessThan(10_000);
    expect(result).toMatchObject({ interrupted: 'timeout' });
  });
});
