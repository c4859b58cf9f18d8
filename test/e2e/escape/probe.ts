/** Turns the body of a probe into a script any worker can run, and runs it on each ground. */

import type { Page } from 'playwright';

/** Longest a probe may take before it counts as pending. */
const PROBE_MS = 2_500;

let probes = 0;

/** `returned …`, `threw …` or `pending`. */
export type Outcome = string;

export function script(id: number, body: string): string {
  return `{
  const outcome = (async () => { ${body} })().then(
    (value) => 'returned ' + value,
    (error) => 'threw ' + (error && error.name) + ': ' + (error && error.message),
  );
  const late = new Promise((resolve) => setTimeout(() => resolve('pending'), ${PROBE_MS}));
  Promise.race([outcome, late]).then((text) => self.report(${id}, text));
}`;
}

/**
 * Python that gets hold of its worker's global object and runs a script there. What JavaScript calls back gets
 * the global object as \`this\`; whoever closes this way has to find another one here, for there are more.
 */
export const REACH = `
import json as _json, time as _time
from pyodide.ffi import create_proxy as _create_proxy, to_js as _to_js
from pyodide.webloop import scheduleCallback as _schedule

def reach_world():
    found = []
    _schedule(_create_proxy(lambda this, *_: found.append(this), capture_this=True), 10)
    while not found:
        _time.sleep(0.005)
    return found[0]

def run_script(source):
    world = reach_world()
    world.Reflect.deleteProperty(world, "importScripts")  # the runtime's own, which refuses; the native one is beneath
    world.importScripts(world.URL.createObjectURL(world.Blob.new(_to_js([source]))))
    return world

def run_probe(number, source):
    world = run_script("self.outcomes ??= {}; self.report = (id, text) => { self.outcomes[id] = String(text); };\\n" + source)
    while not hasattr(world.outcomes, str(number)):
        _time.sleep(0.01)
    return getattr(world.outcomes, str(number))
`;

/** Python source: a literal that JSON and Python read alike. */
export function pythonLiteral(value: string): string {
  return JSON.stringify(value);
}

/** Sets a REPL up to be used by \`inSandbox\`; it stays as \`window.repl\`. */
export async function openSandbox(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const repls = window.lab.createReplFactory();
    const calls: string[] = [];
    const open = (corpus: string) =>
      repls.open(
        {
          context: window.lab.textContext(corpus),
          onSubcall: ({ prompts }) => {
            calls.push(...prompts);
            return Promise.resolve(prompts.map((prompt) => `<${prompt}>`));
          },
        },
        new AbortController().signal,
      );
    window.ground = { repls, open, repl: await open('the corpus'), others: {}, calls };
  });
}

/** Runs Python in the sandbox and returns what it printed; an exception as `threw …`. */
export async function pythonInSandbox(page: Page, code: string): Promise<Outcome> {
  const { stdout, error } = await page.evaluate((code) => window.lab.cell(window.ground.repl, code), code);
  return error ? `threw ${error.type}: ${error.message}` : `returned ${stdout.trim()}`;
}

/**
 * Runs the body in the interpreter's worker, from Python.
 * @throws when it could not be run at all: then nothing would have been proved
 */
export async function inSandbox(page: Page, body: string): Promise<Outcome> {
  const id = ++probes;
  const code = `${REACH}\nprint(run_probe(${id}, ${pythonLiteral(script(id, body))}))`;
  const outcome = await pythonInSandbox(page, code);
  if (!outcome.startsWith('returned ')) throw new Error(`the probe did not run: ${outcome}`);
  return outcome.slice('returned '.length);
}

/** Runs the body in an ordinary worker of the page's own origin. */
export function inPlainWorker(page: Page, body: string): Promise<Outcome> {
  const id = ++probes;
  return page.evaluate(
    ({ id, source }) =>
      new Promise<string>((resolve) => {
        const worker = new Worker('plain-worker.js');
        worker.onmessage = ({ data }: MessageEvent<{ id?: number; outcome: string }>) => {
          if (data?.id !== id) return;
          worker.terminate();
          resolve(data.outcome);
        };
        worker.onerror = (event) => resolve(`threw ${event.message}`);
        worker.postMessage(source);
      }),
    { id, source: script(id, body) },
  );
}

/** Runs the body in a worker whose frame has the sandbox's policy, and in which nothing was taken away. */
export function underPolicyAlone(page: Page, body: string): Promise<Outcome> {
  const id = ++probes;
  return page.evaluate(
    ({ id, source }) =>
      new Promise<string>((resolve) => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts');
        frame.src = 'policy-alone.html';
        const receive = ({ data, source: from }: MessageEvent<{ id?: number; outcome: string }>) => {
          if (from !== frame.contentWindow || data?.id !== id) return;
          removeEventListener('message', receive);
          frame.remove();
          resolve(data.outcome);
        };
        addEventListener('message', receive);
        frame.onload = () => frame.contentWindow?.postMessage(source, '*');
        document.body.append(frame);
      }),
    { id, source: script(id, body) },
  );
}

/** Runs Python in plain Pyodide in a worker of the page's own origin; returns its last value as text. */
export function pythonInPlainWorker(page: Page, code: string): Promise<Outcome> {
  const id = ++probes;
  return page.evaluate(
    ({ id, code }) =>
      new Promise<string>((resolve) => {
        const worker = (window.plainPython ??= new Worker('plain-python.js', { type: 'module' }));
        worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; outcome: string }>) => {
          if (data.id === id) resolve(data.outcome);
        });
        worker.postMessage({ id, code });
      }),
    { id, code },
  );
}
