/** The ways out that Python itself offers, as a model would write them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, type LabSite } from './grounds';
import { startForeignServer, type HitServer } from './listeners';
import { openSandbox, REACH, pythonInPlainWorker, pythonInSandbox } from './probe';

let lab: LabSite;
let foreign: HitServer;
let tokens = 0;

beforeAll(async () => {
  [lab, foreign] = await Promise.all([openLab(), startForeignServer()]);
  await openSandbox(lab.page);
});
afterAll(async () => {
  await lab.close();
  await foreign.close();
});

interface PythonRoute {
  readonly name: string;
  /** Names it may use: `url`, `host`, `port`, `path`. */
  readonly code: string;
  /** `any`: the request has no path of its own, as a socket has none; every hit counts. */
  readonly counts?: 'any';
}

/** Some JavaScript function, got at by whatever is there: in the sandbox, what the runtime itself needs. */
const A_FUNCTION = `
try:
    import js
    function = js.fetch
except ImportError:
    from pyodide.webloop import scheduleCallback as function
`;

const ROUTES: readonly PythonRoute[] = [
  { name: 'pyodide.http.pyfetch', code: 'from pyodide.http import pyfetch\nawait pyfetch(url)' },
  { name: 'pyodide.http.open_url', code: 'from pyodide.http import open_url\nopen_url(url)' },
  {
    name: 'js.fetch',
    code: 'import js\nawait js.fetch(url)',
  },
  {
    name: 'pyodide.code.run_js',
    code: 'from pyodide.code import run_js\nawait run_js(f"fetch({url!r})")',
  },
  { name: 'js.eval', code: 'import js\nawait js.eval(f"fetch({url!r})")' },
  {
    name: 'the Function constructor, through any function',
    code: `${A_FUNCTION}\nawait function.constructor.new("url", "return fetch(url)")(url)`,
  },
  {
    name: 'the Function constructor, through the class of an object',
    code: `${A_FUNCTION}\nconstruct = function.constructor.prototype.constructor\nawait construct("url", "return fetch(url)")(url)`,
  },
  {
    name: 'emscripten_run_script, through ctypes',
    code: 'import ctypes\nctypes.CDLL(None).emscripten_run_script(f"fetch({url!r})".encode())\nimport asyncio\nawait asyncio.sleep(0.3)',
  },
  {
    name: 'the internals of Pyodide',
    code: 'import pyodide_js\nawait pyodide_js.loadPackage(url + ".whl")',
  },
  {
    name: 'a socket',
    code: 'import asyncio, socket\nhole = socket.socket()\nhole.setblocking(False)\ntry:\n    hole.connect((host, port))\nexcept BlockingIOError:\n    pass\nawait asyncio.sleep(0.5)',
    counts: 'any',
  },
];

/** Gives the interpreter back what the runtime has tidied away: the policy alone has to do. */
const WITH_JS = `${REACH}
from _pyodide._importhook import register_js_module
register_js_module("js", reach_world())
`;

async function arrives(hits: () => number): Promise<boolean> {
  for (const end = performance.now() + 3000; performance.now() < end;) {
    if (hits() > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function given(token: string): string {
  const { hostname, port } = new URL(foreign.origin);
  return `url, host, port = ${JSON.stringify(`${foreign.origin}/${token}`)}, ${JSON.stringify(hostname)}, ${port}\n`;
}

describe('to a server', () => {
  it.for(ROUTES)(
    '$name reaches nothing in the sandbox, and does in plain Pyodide',
    async ({ code, counts }) => {
      const jailed = `escape${++tokens}e`;
      const free = `control${++tokens}e`;
      const before = foreign.hits('');
      const inside = await pythonInSandbox(lab.page, given(jailed) + code);
      const withJs = await pythonInSandbox(lab.page, given(jailed) + WITH_JS + code);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(foreign.hits('') - before, `in the sandbox: ${inside}; ${withJs}`).toBe(0);
      const plain = await pythonInPlainWorker(lab.page, given(free) + code);
      const hits = () => (counts === 'any' ? foreign.hits('') - before : foreign.hits(free));
      expect(await arrives(hits), `control: ${plain}`).toBe(true);
    },
  );
});

describe('what plain Pyodide cannot do either (not a merit of the sandbox)', () => {
  it.for([
    ['urllib', 'import urllib.request\nurllib.request.urlopen(url, timeout=1).read()'],
    [
      'http.client',
      'import http.client\nhttp.client.HTTPConnection(host, port, timeout=1).request("GET", "/")',
    ],
    ['a subprocess', 'import subprocess\nsubprocess.run(["curl", url], check=True)'],
    ['os.system', 'import os\nassert os.system(f"curl {url}") == 0'],
  ] as const)('%s fails in both, and no request arrives from the sandbox', async ([, code]) => {
    const jailed = `escape${++tokens}e`;
    const before = foreign.hits('');
    expect(await pythonInSandbox(lab.page, given(jailed) + code)).toMatch(/^threw /);
    expect(foreign.hits('') - before).toBe(0);
    expect(await pythonInPlainWorker(lab.page, given(`control${++tokens}e`) + code)).toMatch(/^threw /);
  });
});
