/** Starts Pyodide from bytes alone: no network, wasm compiled elsewhere, from a memory snapshot where there is one. */

import type { PyodideAPI, PyodideConfig } from 'pyodide';
import { installSource, RUNTIME_FILES } from './modules';
import type { WorkerBoot } from './wire';

/** Never reached: every request for it is answered below. */
const NOWHERE = 'https://python.invalid/';

/** Pyodide itself fetches no package: the page hands them in (packages.ts), so its own list of them is empty. */
const EMPTY_LOCK = JSON.stringify({
  info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten_5_0_3', python: '3.14.2' },
  packages: {},
});

export interface Interpreter {
  readonly pyodide: PyodideAPI;
  /** Set when the boot was asked to make one. */
  readonly snapshot: Blob | null;
}

type Loader = (config: PyodideConfig) => Promise<PyodideAPI>;

/** What Pyodide keeps for itself and its types leave out. */
interface PyodideInternals {
  readonly _api: {
    on_fatal?: (error: unknown) => void;
    /** What `loadPackage` ends in: unpacks the archive and loads its shared libraries. `micropip` calls it too. */
    readonly install: (
      buffer: Uint8Array<ArrayBuffer>,
      fileName: string,
      folder: string,
      metadata: ReadonlyMap<string, string>,
    ) => Promise<void>;
    readonly package_loader: { get_install_dir(target: 'site' | 'dynlib'): string };
  };
  setInterruptBuffer(buffer: unknown): void;
  makeMemorySnapshot(): Uint8Array<ArrayBuffer>;
}

/** Pyodide's API with the members its types hide; the version is pinned, and the tests would notice. */
export function internals(pyodide: PyodideAPI): PyodideInternals {
  return pyodide as unknown as PyodideInternals; // see above
}

/** @throws whatever Pyodide throws, for a snapshot it does not like among other things */
export async function startInterpreter(
  boot: WorkerBoot,
  onFatal: (error: unknown) => void,
): Promise<Interpreter> {
  const allowImports = refuseImportScripts();
  const [{ loadPyodide }, glue] = await Promise.all([
    import(/* @vite-ignore */ boot.loaderUrl) as Promise<{ loadPyodide: Loader }>,
    import(/* @vite-ignore */ boot.glueUrl) as Promise<{
      default: NonNullable<PyodideConfig['createPyodideModule']>;
    }>,
  ]);
  const config: PyodideConfig = {
    indexURL: NOWHERE,
    lockFileContents: EMPTY_LOCK,
    packageBaseUrl: NOWHERE,
    createPyodideModule: glue.default,
    env: { HOME: '/home/work', PYTHONUTF8: '1' },
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
    ...(boot.mode === 'make' ? { _makeSnapshot: true } : {}),
    ...(boot.snapshot ? { _loadSnapshot: boot.snapshot.arrayBuffer() } : {}),
  };
  const pyodide = await answeringRequests(boot, () => loadPyodide(config)).finally(allowImports);
  internals(pyodide)._api.on_fatal = onFatal;
  if (boot.snapshot) return { pyodide, snapshot: null };
  pyodide.globals.set('sonde_files', JSON.stringify(RUNTIME_FILES));
  pyodide.runPython(installSource());
  if (boot.mode !== 'make') return { pyodide, snapshot: null };
  return { pyodide, snapshot: new Blob([internals(pyodide).makeMemorySnapshot()]) };
}

/**
 * Pyodide tells worker kinds apart by importing an empty `data:` script. The policy refuses that just as well, but
 * Firefox then complains in the console of everybody's page. Returns what puts the function back.
 */
function refuseImportScripts(): () => void {
  const { importScripts } = self;
  self.importScripts = () => {
    throw new DOMException('Nothing is imported while Python starts.', 'NetworkError');
  };
  return () => {
    self.importScripts = importScripts;
  };
}

/** While `load` runs, answers Pyodide's two requests from what was handed in. */
async function answeringRequests<T>(boot: WorkerBoot, load: () => Promise<T>): Promise<T> {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  self.fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.endsWith('python_stdlib.zip')) return Promise.resolve(new Response(boot.stdlib));
    if (url.endsWith('.wasm')) return Promise.resolve(new Response(null));
    return Promise.reject(new TypeError(`not handed in: ${url}`));
  };
  WebAssembly.instantiateStreaming = async (_response, imports) => ({
    module: boot.module,
    instance: await WebAssembly.instantiate(boot.module, imports),
  });
  try {
    return await load();
  } finally {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
