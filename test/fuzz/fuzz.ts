/** Tries readers with thousands of broken files, each under a limit of time and of memory, and lists what they did. */

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './try-case';

const SLOW_MS = 2000;
const MEMORY_MB = 512;
/** Of one kind of defect, this many numbers are listed. */
const LISTED = 3;

interface Options {
  readonly caseMs: number;
  readonly worker: string;
  readonly only: string | null;
}

/** Ends with the number of the process: 1 when there was a defect. */
export async function fuzz(worker: string): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '2000' },
      first: { type: 'string', default: '1' },
      only: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    },
  });
  const [cases, first, threads] = [Number(values.cases), Number(values.first), Number(values.threads)];
  const tally = new Tally(values.only ?? null);
  const last = first + cases;
  let next = first;
  const run = async (): Promise<void> => {
    const thread = new Thread({ worker, only: values.only ?? null, caseMs: Number(values.seconds) * 1000 });
    while (next < last) {
      const number = next++;
      tally.add(number, await thread.try(number));
    }
    await thread.end();
  };
  await Promise.all(Array.from({ length: threads }, run));
  return tally.print() ? 0 : 1;
}

interface TimedOutcome extends Outcome {
  readonly ms: number;
}

/** A thread that is replaced when a case takes it down. */
class Thread {
  readonly #options: Options;
  #worker: Promise<Worker> | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  async try(number: number): Promise<TimedOutcome> {
    this.#worker ??= started(this.#options);
    const worker = await this.#worker;
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const settle = (outcome: Outcome, isDead: boolean): void => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('error', onError);
        if (isDead) this.#worker = worker.terminate().then(() => started(this.#options));
        resolve({ ...outcome, ms: performance.now() - startedMs });
      };
      const dead = (detail: string): void => {
        settle({ kind: '?', result: 'defect', detail }, true);
      };
      const onError = (thrown: unknown): void => {
        dead(`took its thread down: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      };
      const onMessage = (message: { outcome?: Outcome; stray?: string }): void => {
        if (message.outcome) settle(message.outcome, false);
        else dead(`nobody waited for a promise that failed: ${firstLines(message.stray ?? '')}`);
      };
      const timer = setTimeout(() => {
        dead(`did not end within ${this.#options.caseMs / 1000} s`);
      }, this.#options.caseMs);
      worker.on('error', onError);
      worker.on('message', onMessage);
      worker.postMessage(number);
    });
  }

  async end(): Promise<void> {
    await (await this.#worker)?.terminate();
  }
}

async function started({ worker: path, only }: Options): Promise<Worker> {
  const worker = new Worker(path, {
    workerData: { only },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  await once(worker, 'message');
  worker.on('error', () => undefined); // it may fail once more while it is ended
  return worker;
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 4).join(' ');
}

class Tally {
  readonly #only: string | null;
  readonly #results = new Map<string, number>();
  readonly #defects = new Map<string, number[]>();
  readonly #slow: [number: number, ms: number][] = [];

  constructor(only: string | null) {
    this.#only = only;
  }

  add(number: number, { kind, result, detail, ms }: TimedOutcome): void {
    const key = `${kind.padEnd(12)} ${result}`;
    this.#results.set(key, (this.#results.get(key) ?? 0) + 1);
    if (ms > SLOW_MS) this.#slow.push([number, Math.round(ms)]);
    if (result !== 'defect') return;
    const defect = `${kind}: ${detail}`;
    this.#defects.set(defect, [...(this.#defects.get(defect) ?? []), number]);
  }

  /** True when there was no defect. */
  print(): boolean {
    for (const [key, count] of [...this.#results].sort()) console.log(`${String(count).padStart(7)}  ${key}`);
    for (const [number, ms] of this.#slow) console.log(`slow: case ${number} took ${ms} ms`);
    const only = this.#only === null ? '' : ` --only ${this.#only}`;
    for (const [defect, numbers] of this.#defects)
      console.log(
        `\n${numbers.length} × ${defect}\n  again: npm run fuzz -- --cases 1${only} --first ${numbers.slice(0, LISTED).join(' | ')}`,
      );
    const defects = [...this.#defects.values()].flat().length;
    console.log(`\n${defects} defects of ${this.#defects.size} kinds`);
    return defects === 0;
  }
}
