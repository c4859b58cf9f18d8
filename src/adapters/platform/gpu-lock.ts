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
  /** What this tab's holders, and those that wait to be, say when another tab asks. */
  readonly #holders = new Set<() => boolean>();
  #owned: Promise<Release> | null = null;
  #isOwner = false;

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const parsed = v.safeParse(messageSchema, data);
      if (!parsed.success) return;
      const message = parsed.output;
      if (message.type === 'answer') this.#answers.get(message.ask)?.(message.yields);
      else if (this.#isOwner) {
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
        this.#isOwner = true;
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
    this.#isOwner = false;
    void owned?.then((release) => {
      release();
    });
  }

  /** Waits in line for the lock while the owner is asked, so that an owner that goes away in between is noticed. */
  async #own(signal: AbortSignal): Promise<Release> {
    const free = await takeLock(LOCK);
    if (free) return free;
    const giveUp = new AbortController();
    const giveUpIn = (ms: number) =>
      setTimeout(() => {
        giveUp.abort();
      }, ms);
    let patience = giveUpIn(ANSWER_MS);
    const ask = newId();
    this.#answers.set(ask, (yields) => {
      clearTimeout(patience);
      patience = giveUpIn(yields ? UNLOAD_MS : 0);
    });
    this.#channel.postMessage({ type: 'yield', ask });
    try {
      return await waitForLock(LOCK, AbortSignal.any([signal, giveUp.signal]));
    } catch (cause) {
      signal.throwIfAborted();
      throw new SondeError(busyProblem, { cause });
    } finally {
      clearTimeout(patience);
      this.#answers.delete(ask);
    }
  }
}

const busyProblem = {
  code: 'gpu-busy',
  message: 'Another tab of Sonde has models loaded on the GPU, and is using them.',
  hint: 'Use that tab, wait until its run has ended, or unload the models there.',
} as const;
