/** The sandboxed frame: compiles Python's wasm once and starts, cancels and ends the workers the page asks for. */

import { WIRE_VERSION, type FromFrame, type ToFrame, type WorkerBoot, type WorkerSignal } from './wire';

/** Set by the build: the source of the classic worker, as text. */
declare const __SONDE_WORKER_SOURCE__: string;

interface Files {
  readonly module: WebAssembly.Module;
  readonly loaderUrl: string;
  readonly glueUrl: string;
  readonly stdlib: Blob;
}

interface Held {
  readonly worker: Worker;
  signalUrl: string;
  generation: number;
}

function blobUrl(parts: BlobPart[], type: string): string {
  return URL.createObjectURL(new Blob(parts, { type }));
}

class Frame {
  readonly #port: MessagePort;
  readonly #workers = new Map<number, Held>();
  readonly #workerUrl = blobUrl([__SONDE_WORKER_SOURCE__], 'text/javascript');
  #files: Promise<Files> | null = null;
  #snapshot: Blob | null = null;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data, ports }: MessageEvent<ToFrame>) => this.#receive(data, ports);
    this.#send({ type: 'ready' });
  }

  #send(message: FromFrame): void {
    this.#port.postMessage(message);
  }

  #receive(message: ToFrame, ports: readonly MessagePort[]): void {
    switch (message.type) {
      case 'files':
        this.#files = this.#compile(message);
        this.#files.catch((error: unknown) => this.#send({ type: 'files-failed', message: String(error) }));
        break;
      case 'snapshot':
        this.#snapshot = message.snapshot;
        break;
      case 'spawn':
        if (ports[0]) void this.#spawn(message.worker, message.mode, ports[0]);
        break;
      case 'run':
        if (ports[0]) this.#run(message.worker, message.script, ports[0]);
        break;
      case 'kill':
        this.#kill(message.worker);
        break;
      case 'cancel':
        this.#cancel(message.worker);
        break;
      case 'ping':
        this.#send({ type: 'pong', nonce: message.nonce });
        break;
    }
  }

  async #compile(files: Extract<ToFrame, { type: 'files' }>): Promise<Files> {
    const response = new Response(files.wasm, { headers: { 'Content-Type': 'application/wasm' } });
    return {
      module: await WebAssembly.compileStreaming(response),
      loaderUrl: blobUrl([files.loader], 'text/javascript'),
      glueUrl: blobUrl([files.glue], 'text/javascript'),
      stdlib: files.stdlib,
    };
  }

  #run(id: number, script: Blob, port: MessagePort): void {
    const url = blobUrl([script], 'text/javascript');
    this.#start(id, url).postMessage(null, [port]);
    URL.revokeObjectURL(url);
  }

  #start(id: number, scriptUrl: string): Worker {
    const worker = new Worker(scriptUrl);
    this.#workers.set(id, { worker, signalUrl: blobUrl(['1'], 'text/plain'), generation: 0 });
    worker.onerror = (event) => {
      event.preventDefault();
      this.#send({ type: 'worker-error', worker: id, message: event.message || 'the worker failed' });
    };
    worker.onmessageerror = () =>
      this.#send({ type: 'worker-error', worker: id, message: 'a message could not be read' });
    return worker;
  }

  async #spawn(id: number, mode: WorkerBoot['mode'], port: MessagePort): Promise<void> {
    const worker = this.#start(id, this.#workerUrl);
    const snapshot = mode === 'load' ? this.#snapshot : null;
    try {
      if (!this.#files) throw new Error('the files of Python have not been handed in');
      const files = await this.#files;
      const signalUrl = this.#workers.get(id)?.signalUrl ?? ''; // ended meanwhile: it reads nothing any more
      const boot: WorkerBoot = { type: 'boot', mode, ...files, snapshot, signalUrl };
      worker.postMessage(boot, [port]);
    } catch (error) {
      this.#send({ type: 'worker-error', worker: id, message: String(error) });
    }
  }

  #kill(id: number): void {
    const held = this.#workers.get(id);
    if (!held) return;
    this.#workers.delete(id);
    held.worker.terminate();
    URL.revokeObjectURL(held.signalUrl);
  }

  #cancel(id: number): void {
    const held = this.#workers.get(id);
    if (!held) return;
    URL.revokeObjectURL(held.signalUrl);
    held.signalUrl = blobUrl(['1'], 'text/plain');
    held.generation++;
    const signal: WorkerSignal = { type: 'signal', url: held.signalUrl, generation: held.generation };
    held.worker.postMessage(signal);
  }
}

// Only the embedding page may speak to the frame, and only once; the frame's own origin is opaque.
addEventListener('message', function hello(event: MessageEvent<unknown>) {
  if (event.source !== parent) return;
  const message = event.data as { sonde?: unknown; version?: unknown } | null;
  const port = event.ports[0];
  if (message?.sonde !== 'hello' || message.version !== WIRE_VERSION || !port) return;
  removeEventListener('message', hello);
  new Frame(port);
});
