/** The GPU's memory holds the models of one tab: a lock says whose, and a channel asks for it. */

import * as v from 'valibot';
import { isAbort, SondeError } from '../../core/errors';
import type { GpuOwnership } from '../../core/models/device';
import { newId } from '../new-id';
import { takeLock, waitForLock, type Release } from './tab-locks';

const LOCK = 'sonde-gpu';
const CHANNEL = 'sonde-gpu';
/** A tab that is there answers at once; one in the background within a second or so. */
const ANSWER_MS = 3_000;
/** Unloading frees gigabytes; the browser takes its time over it. */
const UNLOAD_MS = 20_000;

const messageSchema = v.variant('type', [
  v.object({ type: v.literal('yield'), ask: v.string() }),
  v.object({ type: v.literal('answer'), ask: v.string(), yields: v.boolean() }),
]);

/** `@throws` nothing: what keeps the GPU from being had is told by `acquire`. */
export function createGpuOwnership(): GpuOwnership {
  return new TabGpu();
}

class TabGpu implements GpuOwnership {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #answers = new Map<string, (yields: boolean) => void>();
  /** What this tab's holders say when another tab asks; empty when it does not own the GPU. */
  readonly #holders = new Set<() => boolean>();
  #owned: Promise<Release> | null = null;

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const parsed = v.safeParse(messageSchema, data);
      if (!parsed.success) return;
      const message = parsed.output;
      if (message.type === 'answer') this.#answers.get(message.ask)?.(message.yields);
      else if (this.#holders.size > 0) {
        const yields = [...this.#holders].map((asked) => asked()).every(Boolean);
        this.#channel.postMessage({ type: 'answer', ask: message.ask, yields });
      }
    });
  }

  async acquire(onAskedToYield: () => boolean, signal: AbortSignal): Promise<Release> {
    const holder = () => onAskedToYield(); // one for each call, were the function the same
    this.#holders.add(holder);
    try {
      await this.#shared(signal);
    } catch (thrown) {
      this.#holders.delete(holder);
      throw thrown;
    }
    return () => {
      if (this.#holders.delete(holder) && this.#holders.size === 0) this.#letGo();
    };
  }

  /** Callers of one tab ask the other tab together; one that gives up does not speak for the rest. */
  async #shared(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const owning = (this.#owned ??= this.#own(signal));
      try {
        await owning;
        return;
      } catch (thrown) {
        if (this.#owned === owning) this.#owned = null;
        if (!isAbort(thrown)) throw thrown;
      }
    }
  }

  #letGo(): void {
    const owned = this.#owned;
    this.#owned = null;
    void owned?.then((release) => {
      release();
    });
  }

  async #own(signal: AbortSignal): Promise<Release> {
    const free = await takeLock(LOCK);
    if (free) return free;
    const yields = await this.#ask(signal);
    if (yields) {
      const patience = AbortSignal.timeout(UNLOAD_MS);
      const release = await waitForLock(LOCK, AbortSignal.any([signal, patience])).catch(() => null);
      signal.throwIfAborted();
      if (release) return release;
    }
    // Without an answer it hangs, or has gone in the meantime.
    const freed = yields === null ? await takeLock(LOCK) : null;
    if (freed) return freed;
    throw new SondeError(busyProblem);
  }

  /** True: it has begun to unload. False: it is at work. Null: nobody answered. */
  async #ask(signal: AbortSignal): Promise<boolean | null> {
    const ask = newId();
    try {
      return await new Promise((resolve, reject) => {
        this.#answers.set(ask, resolve);
        setTimeout(() => {
          resolve(null);
        }, ANSWER_MS);
        signal.addEventListener(
          'abort',
          () => {
            reject(signal.reason as Error); // an AbortError by the platform's contract
          },
          { once: true },
        );
        this.#channel.postMessage({ type: 'yield', ask });
      });
    } finally {
      this.#answers.delete(ask);
    }
  }
}

const busyProblem = {
  code: 'gpu-busy',
  message: 'Another tab of Sonde has models loaded on the GPU, and is using them.',
  hint: 'Use that tab, wait until its run has ended, or unload the models there.',
} as const;
