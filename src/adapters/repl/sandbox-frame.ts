/** The hidden iframe without an origin or a network in which Python and the readers of documents run, and its control port. */

import { SondeError } from '../../core/errors';
import {
  WIRE_VERSION,
  type BootMode,
  type FrameHello,
  type FromFrame,
  type PythonFiles,
  type ToFrame,
} from '../../../workers/python/wire';
import { pageClock } from '../platform/clock';
import { deadline } from '../platform/deadline';

const HELLO_TIMEOUT_MS = 20_000;
const PING_EVERY_MS = 2_000;
/** A frame that has left this many pings unanswered is gone, or its process is. Counted, for laptops sleep. */
const PINGS_UNANSWERED = 8;

export class SandboxFrame {
  readonly #iframe: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #onWorkerError = new Map<number, (message: string) => void>();
  readonly #watch: ReturnType<typeof setInterval>;
  #unanswered = 0;
  #workers = 0;
  #nonce = 0;
  #alive = true;

  private constructor(iframe: HTMLIFrameElement, port: MessagePort) {
    this.#iframe = iframe;
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    this.#watch = setInterval(() => this.#check(), PING_EVERY_MS);
  }

  /**
   * The document is handed in rather than loaded from its address: no service worker serves a frame without an origin,
   * so that address would be out of reach offline. From a blob it is held by the page's policy besides its own.
   * @throws SondeError `repl-start` when the frame does not answer
   */
  static async create(html: Blob, title = 'Python sandbox'): Promise<SandboxFrame> {
    const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
    const iframe = document.createElement('iframe');
    iframe.setAttribute('sandbox', 'allow-scripts');
    iframe.hidden = true;
    iframe.title = title;
    iframe.src = url;
    const loaded = new Promise((resolve) => iframe.addEventListener('load', resolve, { once: true }));
    document.body.append(iframe);
    const { port1, port2 } = new MessageChannel();
    const ready = new Promise<boolean>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<FromFrame>) => resolve(data.type === 'ready');
      deadline(pageClock, HELLO_TIMEOUT_MS, () => resolve(false));
    });
    await Promise.race([loaded, ready]);
    URL.revokeObjectURL(url);
    const hello: FrameHello = { sonde: 'hello', version: WIRE_VERSION };
    // An opaque origin has no name to address; the port is what matters, and only the frame's window gets it.
    iframe.contentWindow?.postMessage(hello, '*', [port2]);
    if (await ready) return new SandboxFrame(iframe, port1);
    iframe.remove();
    throw new SondeError({
      code: 'repl-start',
      message: 'The sandbox did not start.',
      hint: 'Reload the page. An extension that blocks frames can be the cause.',
    });
  }

  get alive(): boolean {
    return this.#alive && this.#iframe.isConnected;
  }

  handIn(files: PythonFiles): void {
    this.#send({ type: 'files', ...files });
  }

  handInSnapshot(snapshot: Blob | null): void {
    this.#send({ type: 'snapshot', snapshot });
  }

  /** Starts a worker. Returns its number and the page's end of its port; `onError` is called at most once. */
  spawn(mode: BootMode, onError: (message: string) => void): { worker: number; port: MessagePort } {
    const worker = ++this.#workers;
    const { port1, port2 } = new MessageChannel();
    this.#onWorkerError.set(worker, onError);
    this.#send({ type: 'spawn', worker, mode }, [port2]);
    return { worker, port: port1 };
  }

  /** Starts a worker from a classic script of the page's own, and gives it the port; as powerless as all others here. */
  run(script: Blob, port: MessagePort, onError: (message: string) => void): number {
    const worker = ++this.#workers;
    this.#onWorkerError.set(worker, onError);
    this.#send({ type: 'run', worker, script }, [port]);
    return worker;
  }

  kill(worker: number): void {
    this.#onWorkerError.delete(worker);
    this.#send({ type: 'kill', worker });
  }

  cancel(worker: number): void {
    this.#send({ type: 'cancel', worker });
  }

  close(): void {
    this.#die('the sandbox was closed');
  }

  #send(message: ToFrame, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #receive(data: unknown): void {
    this.#unanswered = 0;
    // The frame runs our own code, but hostile workers share its process: shape is checked all the same.
    const message = data as Partial<Record<string, unknown>> | null;
    if (message?.['type'] === 'worker-error' && typeof message['worker'] === 'number') {
      const onError = this.#onWorkerError.get(message['worker']);
      this.#onWorkerError.delete(message['worker']);
      onError?.(String(message['message']).slice(0, 2000));
    } else if (message?.['type'] === 'files-failed') this.#die(String(message['message']).slice(0, 2000));
  }

  #check(): void {
    if (!this.#iframe.isConnected) this.#die('the sandbox was removed from the page');
    else if (this.#unanswered >= PINGS_UNANSWERED) this.#die('the sandbox does not answer');
    else {
      this.#unanswered++;
      this.#send({ type: 'ping', nonce: ++this.#nonce });
    }
  }

  #die(reason: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    clearInterval(this.#watch);
    this.#port.close();
    this.#iframe.remove();
    const handlers = [...this.#onWorkerError.values()];
    this.#onWorkerError.clear();
    for (const onError of handlers) onError(reason);
  }
}
