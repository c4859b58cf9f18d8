/**
 * The readers as the corpus worker uses them: a few at work in the sandbox at once, each watched. One that is silent for
 * too long, or whose import is cancelled, is ended and replaced; its file gets a problem and the others go on.
 */

import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { SondeError } from '../../core/errors';
import type { PageImage } from '../../core/corpus/library';
import { Semaphore } from '../../core/run/semaphore';
import * as v from 'valibot';
import { problem as problemSchema } from '../store/problem-schema';
import { unwrap, type Outcome, type WithOutcomes } from '../worker-outcome';
import { checkedPage, checkedPath, checkedResult, checkedText } from './result-schema';
import type { PageJob } from '../ingest/formats/reader';
import type { ReadJob, ReaderApi, ReaderPlace, ReaderSink, ReadResult } from './wire';

/** A file's reader may say nothing for this long, and longer for large files: some work in one go. */
const SILENCE_MS = 8_000;
const SILENCE_MS_PER_MB = 3_000;
const MAX_SILENCE_MS = 120_000;
/** Recognising the words of one picture is one silent step. */
const OCR_SILENCE_MS = 180_000;
const START_MS = 20_000;
/** An idle reader holds the code and often the last file it read. */
const IDLE_MS = 60_000;
/** Two cores are enough for what one disk and one database take in. */
const MAX_READERS = 2;

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

interface Reader {
  readonly id: number;
  readonly api: Remote<WithOutcomes<ReaderApi>>;
}

/** What a reader finds, as it finds it. */
type FoundSink = Omit<ReaderSink, 'file'>;
type Use<T> = (api: Remote<WithOutcomes<ReaderApi>>, sink: ReaderSink) => Promise<Outcome<T>>;

export class Readers {
  readonly #place: Promise<Remote<WithOutcomes<ReaderPlace>>>;
  readonly #slots: Semaphore;
  readonly #silenceMs: number;
  readonly #idle: Reader[] = [];

  constructor(
    place: Promise<Remote<WithOutcomes<ReaderPlace>>>,
    { cores = navigator.hardwareConcurrency, silenceMs = SILENCE_MS } = {},
  ) {
    this.#place = place;
    this.#slots = new Semaphore(Math.max(1, Math.min(MAX_READERS, cores - 1)));
    this.#silenceMs = silenceMs;
  }

  /** @throws SondeError of the reader, or `unreadable` when it was silent; the signal's reason when aborted */
  read(job: ReadJob, sink: FoundSink, signal: AbortSignal): Promise<ReadResult> {
    const megabytes = job.file.size / 1e6;
    const silenceMs = job.ocr
      ? OCR_SILENCE_MS
      : Math.min(MAX_SILENCE_MS, this.#silenceMs + megabytes * SILENCE_MS_PER_MB);
    return this.#work(signal, silenceMs, sink, (api, watched) => api.read(job, watched)).then(checkedResult);
  }

  page(job: PageJob, signal: AbortSignal): Promise<PageImage> {
    const nothing = {
      text: () => Promise.resolve(),
      child: () => Promise.resolve(),
      lostChild: () => Promise.resolve(),
      progress: () => Promise.resolve(),
    };
    return this.#work(signal, MAX_SILENCE_MS, nothing, (api, watched) => api.page(job, watched)).then(
      checkedPage,
    );
  }

  async #work<T>(signal: AbortSignal, silenceMs: number, sink: FoundSink, use: Use<T>): Promise<T> {
    const release = await this.#slots.acquire(signal);
    let reader: Reader | null = null;
    try {
      reader = this.#idle.pop() ?? (await this.#start(signal));
      const outcome = await this.#watch(reader, signal, silenceMs, sink, use);
      this.#rest(reader);
      reader = null;
      return unwrap(outcome);
    } finally {
      // Still here: it was silent, or nobody waits for it any more.
      if (reader) this.#end(reader);
      release();
    }
  }

  async #watch<T>(
    { api }: Reader,
    signal: AbortSignal,
    silenceMs: number,
    sink: FoundSink,
    use: Use<T>,
  ): Promise<Outcome<T>> {
    const silence = new Silence(silenceMs, signal);
    try {
      const watched = this.#watched(sink, silence);
      return await Promise.race([use(api, watched), silence.failure]);
    } finally {
      silence.end();
    }
  }

  /** The sink as the reader gets it: every call shows the reader to be alive, and so does the answer to it. */
  #watched(sink: FoundSink, silence: Silence): ReaderSink {
    const told =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        silence.touch();
        try {
          return await call(...args);
        } catch (thrown) {
          silence.reject(thrown); // of this side: it must not come back as the file's fault
          throw thrown;
        } finally {
          silence.touch();
        }
      };
    return proxy({
      text: told((utf8) => sink.text(checkedText(utf8))),
      child: told((path, file) => sink.child(checkedPath(path), v.parse(v.blob(), file))),
      lostChild: told((path, problem) => sink.lostChild(checkedPath(path), v.parse(problemSchema, problem))),
      progress: told((done, total) => sink.progress(v.parse(amount, done), v.parse(amount, total))),
      file: told(async (name) => unwrap(await (await this.#place).file(name))),
    } satisfies ReaderSink);
  }

  /** At hand for the next file, for a while. */
  #rest(reader: Reader): void {
    this.#idle.push(reader);
    setTimeout(() => {
      const at = this.#idle.indexOf(reader);
      if (at < 0) return;
      this.#idle.splice(at, 1);
      this.#end(reader);
    }, IDLE_MS);
  }

  async #start(signal: AbortSignal): Promise<Reader> {
    const silence = new Silence(START_MS, signal);
    try {
      const place = await this.#place;
      const { port1, port2 } = new MessageChannel();
      const id = unwrap(await Promise.race([place.open(transfer(port2, [port2])), silence.failure]));
      return { id, api: wrap<WithOutcomes<ReaderApi>>(port1) };
    } finally {
      silence.end();
    }
  }

  #end({ id, api }: Reader): void {
    api[releaseProxy]();
    void this.#place.then(async (place) => {
      await place.close(id);
    });
  }
}

/** Rejects once nothing was heard for a time, or when the signal says so. */
class Silence {
  readonly failure: Promise<never>;
  readonly #ms: number;
  readonly #signal: AbortSignal;
  reject!: (reason: unknown) => void; // set by the promise's executor, which runs at once
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onAbort = (): void => {
    this.reject(this.#signal.reason);
  };

  constructor(ms: number, signal: AbortSignal) {
    this.#ms = ms;
    this.#signal = signal;
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => undefined); // met by the race, if it comes to one
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.touch();
  }

  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.reject(tooLong());
    }, this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

function tooLong(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'Reading this file came to nothing: its reader did not get any further and was stopped.',
    hint: 'It may be damaged. Save it anew, or as PDF or plain text, and drop that.',
  });
}
