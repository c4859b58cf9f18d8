/** Interpreters share nothing: not names, not channels, not the files and the snapshot that later ones start from. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, type LabSite } from './grounds';
import { openSandbox, REACH } from './probe';

let lab: LabSite;

beforeAll(async () => {
  lab = await openLab();
  await openSandbox(lab.page);
});
afterAll(() => lab.close());

/** Runs code in a REPL of its own; it stays open under the name. */
async function run(repl: string, code: string) {
  return lab.page.evaluate(
    async ({ repl, code }) => {
      const { others, open } = window.ground;
      const there = (others[repl] ??= await open(`corpus of ${repl}`));
      const { stdout, error, lost } = await window.lab.cell(there, code);
      return { stdout, error: error?.message ?? null, lost };
    },
    { repl, code },
  );
}

const script = (source: string) => `${REACH}\nworld = run_script(${JSON.stringify(source)})\n`;
const later = (seconds: number) => `import time; time.sleep(${seconds})\n`;

async function snapshotDigest(): Promise<string> {
  return lab.page.evaluate(async () => {
    const cache = await caches.open('sonde-python');
    const [key] = await cache.keys();
    const response = key && (await cache.match(key));
    const digest = await crypto.subtle.digest('SHA-256', await (response as Response).arrayBuffer());
    return new Uint8Array(digest).join();
  });
}

describe('what Python changes in its interpreter', () => {
  it('stays there: names, builtins, modules, the runtime, JavaScript prototypes', async () => {
    const vandal = `
import builtins, json, sys
builtins.len = lambda x: 666
json.dumps = lambda *a, **k: '"forged"' if False else json.JSONEncoder().encode(*a)
sys.modules['planted'] = sys
secret = 'of the vandal'
open('/home/work/left', 'w').write(secret)
${script("Object.prototype.planted = 'x'; Array.prototype.map = () => 'x'; self.planted = 'x'")}
print(len('abc'))`;
    expect(await run('vandal', vandal)).toMatchObject({ stdout: '666\\n'.replace('\\n', '\n'), error: null });
    const look = `
import os, sys
print(len('abc'), 'planted' in sys.modules, 'secret' in globals(), os.listdir('/home/work'), context)
${script('self.seen = [typeof self.planted, typeof {}.planted, [1].map((n) => n + 1).join()].join(" ")')}
print(world.seen)`;
    for (const name of ['second', 'third', 'fourth']) {
      expect(await run(name, look)).toEqual({
        stdout: `3 False False [] corpus of ${name}\nundefined undefined 2\n`,
        error: null,
        lost: null,
      });
    }
  });
});

describe('the files that interpreters start from', () => {
  it('cannot be revoked by one that knows their URLs', async () => {
    const revoke = `${script(`
      const known = new Set([location.href]);
      for (const { name } of performance.getEntries()) known.add(name);
      const found = (text) => { for (const [url] of String(text).matchAll(/blob:[a-z0-9:/-]+/gi)) known.add(url); };
      found(new Error().stack);
      const real = WebAssembly.instantiate;
      self.found = found; self.known = known;
    `)}
import sys
from sonde import threads
for function in (threads.bridge.call, threads.bridge.park, threads.scheduleCallback if hasattr(threads, 'scheduleCallback') else _schedule):
    pass
try:
    _schedule.apply(None, 1)
except Exception as error:
    world.found(str(getattr(error, 'js_error', error).stack) if hasattr(error, 'js_error') else str(error))
try:
    threads.bridge.read(0, 1, 5)
except Exception as error:
    world.found(str(getattr(getattr(error, 'js_error', None), 'stack', error)))
world.known.forEach(world.URL.revokeObjectURL)
print(world.known.size)`;
    const revoked = await run('revoker', revoke);
    expect(revoked.error).toBeNull();
    expect(Number(revoked.stdout)).toBeGreaterThan(1);
    // The spare that is ready already is used up by the first of these.
    for (const name of ['after one', 'after two', 'after three'])
      expect(await run(name, 'print(context)')).toMatchObject({ stdout: `corpus of ${name}\n`, error: null });
  });

  it('and their snapshot cannot be handed in by anyone but its maker', async () => {
    const before = await snapshotDigest();
    const forged = await run(
      'snapshot forger',
      `${script(`
const real = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (...given) {
  if (given[0] && given[0].type === 'call') self.port = this;
  return real.apply(this, given);
};
self.forge = (message) => real.call(self.port, message);`)}
llm_query('x')
run_script("for (let n = 0; n < 20; n++) forge({ type: 'snapshot', snapshot: new Blob(['evil']) })")
${later(0.3)}print('done')`,
    );
    expect(forged).toEqual({ stdout: 'done\n', error: null, lost: null });
    expect(await snapshotDigest()).toBe(before);
    for (const name of ['later one', 'later two'])
      expect(await run(name, 'print(context)')).toMatchObject({ stdout: `corpus of ${name}\n` });
  });
});

describe('one interpreter and another', () => {
  it('cannot talk over a BroadcastChannel, as two plain workers can', async () => {
    const listen = `self.heard = 0; if (self.BroadcastChannel) new BroadcastChannel('between').onmessage = () => self.heard++;`;
    const speak = `if (self.BroadcastChannel) new BroadcastChannel('between').postMessage('x');`;
    await run('listener', script(listen));
    await run('speaker', script(speak) + later(0.3));
    expect((await run('listener', `${later(0.1)}print(world.heard)`)).stdout).toBe('0\n');
    const heard = await lab.page.evaluate(
      ({ listen, speak }) =>
        new Promise((resolve) => {
          const [listener, speaker] = [new Worker('plain-worker.js'), new Worker('plain-worker.js')];
          listener.onmessage = ({ data }) =>
            data === 'listening' ? speaker.postMessage(speak) : resolve(data);
          listener.postMessage(
            `${listen} setTimeout(() => postMessage(self.heard), 1500); postMessage('listening')`,
          );
        }),
      { listen, speak },
    );
    expect(heard, 'control').toBe(1);
  });

  it('cannot be ended by the other through the frame they share', async () => {
    const orders = `for (let worker = 0; worker < 30; worker++) for (const type of ['kill', 'cancel', 'spawn', 'snapshot'])
      if (self.postMessage) self.postMessage({ type, worker, mode: 'plain', snapshot: new Blob(['evil']) });`;
    await run('victim', 'kept = 1');
    expect(await run('bully', script(orders) + later(0.3))).toMatchObject({ error: null });
    expect((await run('victim', 'print(kept)')).stdout).toBe('1\n');
    expect((await run('bystander', 'print(context)')).stdout).toBe('corpus of bystander\n');
  });

  it('cannot start workers that live on after it', async () => {
    const outcome = await run(
      'breeder',
      `${script(`self.bred = 'none'; try { new Worker(URL.createObjectURL(new Blob(['setInterval(() => 1, 1)']))); self.bred = 'one'; } catch (error) { self.bred = error.name; }`)}print(world.bred)`,
    );
    expect(outcome.stdout).toMatch(/^(ReferenceError|none)\n$/);
  });
});
