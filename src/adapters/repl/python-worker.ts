/** One Python worker as the page sees it: its port, every message checked, its end noticed once. */

import { SondeError } from '../../core/errors';
import type { ContextPayload } from '../../core/corpus/context';
import type { BootMode, FromWorker, ToWorker } from '../../../workers/python/wire';
import { pageClock } from '../platform/clock';
import { deadline } from '../platform/deadline';
import { rateLimit, readMessage } from './messages';
import type { SandboxFrame } from './sandbox-frame';

export type WorkerListener = (message: FromWorker) => void;

export class PythonWorker {
  readonly #frame: SandboxFrame;
  readonly #port: MessagePort;
  readonly #worker: number;
  readonly #allowed = rateLimit();
  readonly #waiting = new Map<FromWorker['type'], { resolve: (message: never) => void }>();
  readonly #ended: Promise<SondeError>;
  #end!: (reason: SondeError) => void; // set by the executor in the constructor, before anything can read it
  #endedWith: SondeError | null = null;
  #listener: WorkerListener | null = null;
  #cancels = 0;

  constructor(frame: SandboxFrame, mode: BootMode) {
    this.#frame = frame;
    this.#ended = new Promise((resolve) => {
      this.#end = (reason) => {
        this.#endedWith ??= reason;
        resolve(this.#endedWith);
      };
    });
    const { worker, port } = frame.spawn(mode, (message) => this.#lost(message));
    this.#worker = worker;
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    port.onmessageerror = () => this.#receive(undefined);
  }

  /** Resolves, never rejects, when the worker is gone, with what to say about it. */
  get ended(): Promise<SondeError> {
    return this.#ended;
  }

  get alive(): boolean {
    return this.#endedWith === null && this.#frame.alive;
  }

  /** Cancels sent so far: a job carries it, so that an old signal is not taken for its own. */
  get generation(): number {
    return this.#cancels;
  }

  set listener(listener: WorkerListener | null) {
    this.#listener = listener;
  }

  /** @throws SondeError when the worker ends first, or says nothing within the time */
  async expect<T extends FromWorker['type']>(
    type: T,
    timeoutMs: number,
  ): Promise<Extract<FromWorker, { type: T }>> {
    let cancel: () => void = () => undefined;
    const arrived = new Promise<Extract<FromWorker, { type: T }>>((resolve) => {
      this.#waiting.set(type, { resolve });
    });
    const late = new Promise<SondeError>((resolve) => {
      cancel = deadline(pageClock, timeoutMs, () =>
        resolve(startFailure(`no "${type}" within ${timeoutMs} ms`)),
      );
    });
    const first = await Promise.race([arrived, this.#ended, late]);
    cancel();
    this.#waiting.delete(type);
    if (first instanceof SondeError) throw first;
    return first;
  }

  /** Opens the context; resolves once `context` is there. @param keep whether it may be renewed later */
  async open(context: ContextPayload, name: string, keep: boolean, timeoutMs: number): Promise<void> {
    const opened = this.expect('opened', timeoutMs);
    this.send({ type: 'open', context, name, keep });
    await opened;
  }

  /**
   * Takes Python back to what it was before it was opened. The word of a worker that ran hostile code is worth nothing:
   * what has been renewed goes to runs of the same tree only.
   * @returns false when that cannot be done, or is not done in time
   */
  async renew(timeoutMs: number): Promise<boolean> {
    const renewed = this.expect('renewed', timeoutMs);
    this.send({ type: 'renew' });
    return renewed.then(
      ({ fit }) => fit,
      () => false,
    );
  }

  send(message: ToWorker): void {
    if (this.#endedWith === null) this.#port.postMessage(message);
  }

  /** Asks a busy interpreter to stop: through its signal while it computes, by message while it waits. */
  interrupt(job: number): void {
    this.#cancels++;
    this.#frame.cancel(this.#worker);
    this.send({ type: 'interrupt', job });
  }

  /** Ends the worker at once. Everything that waited for it hears `reason`. */
  terminate(reason: SondeError): void {
    if (this.#endedWith === null) {
      this.#frame.kill(this.#worker);
      this.#port.close();
    }
    this.#end(reason);
  }

  #lost(message: string): void {
    this.terminate(
      new SondeError({
        code: 'repl-lost',
        message: 'The Python interpreter ended unexpectedly, and its variables are gone.',
        hint: `Python is started again for the next cell. What happened: ${message}`,
      }),
    );
  }

  #receive(data: unknown): void {
    if (this.#endedWith !== null) return;
    if (!this.#allowed(performance.now())) return this.#violation('it sent messages faster than allowed');
    const reading = readMessage(data);
    // An honest worker sends none: what it waits for would never come, and a second one might be larger still.
    if ('refused' in reading) return this.#violation('it sent a message that is out of bounds');
    const { message } = reading;
    if (message.type === 'failed') return this.#lost(message.message);
    const waiting = this.#waiting.get(message.type);
    if (waiting)
      waiting.resolve(message as never); // keyed by the type that was asked for
    else this.#listener?.(message);
  }

  #violation(what: string): void {
    this.terminate(
      new SondeError({
        code: 'repl-protocol',
        message: `Python was stopped because ${what}. Its variables are gone.`,
        hint: 'The next cell gets a fresh interpreter.',
      }),
    );
  }
}

export function startFailure(detail: string, cause?: unknown): SondeError {
  return new SondeError(
    {
      code: 'repl-start',
      message: 'Python could not be started.',
      hint: `Reload the page and try again. If memory is short, close other tabs. Detail: ${detail}`,
    },
    { cause },
  );
}
