/**
 * Conversations: the interpreters of the last answers stay alive for a next question, their variables are saved for a
 * later one, and what a question goes on with is put together here.
 */

import type { ContextSource } from '../core/corpus/context';
import { isAbort, SondeError, toProblem } from '../core/errors';
import type { Clock, Repl, SavedVariables } from '../core/ports';
import type { RunStore, RunSummary } from '../core/record/run-store';
import type { RunNode } from '../core/record/tree';
import { earlierQuestion } from '../core/run/earlier-question';
import type { EarlierQuestion, Follows } from '../core/run/request';

export interface ConversationsPorts {
  readonly store: Pick<RunStore, 'list' | 'context' | 'keepVariables' | 'variables'>;
  /** A run as it is known here, live or stored; null when there is none. */
  readonly run: (id: string) => Promise<RunNode | null>;
  /** The documents of a corpus. @throws SondeError `not-found` or `empty` when they are not there any more */
  readonly corpus: (id: string) => Promise<ContextSource>;
  readonly clock: Pick<Clock, 'after'>;
  /** Interpreters that may be kept alive; each takes tens of megabytes. */
  readonly most: number;
  /** Whether other runs are under way, which want the memory themselves. */
  readonly isBusy: () => boolean;
  /** What the tabs know of variables that are still being saved. */
  readonly saving: {
    /** Called at once; what it returns is called when they are saved. */
    begin(runId: string): () => void;
    /** Resolves when no tab is saving them. @throws the signal's reason */
    done(runId: string, signal: AbortSignal): Promise<void>;
  };
}

/** What is known of a run that leaves its interpreter. */
export interface LeftBy {
  readonly context: ContextSource;
  /** False: nothing of it goes to the disk. */
  readonly save: boolean;
  /** The questions before it. */
  readonly follows: Follows | null;
}

interface Kept {
  readonly runId: string;
  readonly repl: Repl;
  readonly left: LeftBy;
  /** Begun once; null until then. Never rejects. */
  saving: Promise<SavedVariables | null> | null;
  readonly saved: () => void;
  stopWaiting: () => void;
}

/** The answer is shown first. */
const SAVE_AFTER_MS = 250;
const CLOSE_AFTER_MS = 15 * 60_000;
const OTHER_TAB_PATIENCE_MS = 10_000;

export class Conversations {
  readonly #ports: ConversationsPorts;
  /** Oldest first. */
  #kept: Kept[] = [];

  constructor(ports: ConversationsPorts) {
    this.#ports = ports;
  }

  /** Takes the interpreter of a run that has ended. */
  keep(runId: string, repl: Repl, left: LeftBy): void {
    const { clock, most, isBusy, saving } = this.#ports;
    const saved = left.save ? saving.begin(runId) : () => undefined;
    const kept: Kept = { runId, repl, left, saving: null, saved, stopWaiting: () => undefined };
    kept.stopWaiting = clock.after(SAVE_AFTER_MS, () => {
      kept.stopWaiting = clock.after(CLOSE_AFTER_MS, () => {
        this.#letGo(kept);
      });
      void this.#save(kept);
    });
    this.#kept.push(kept);
    const tooMany = isBusy() ? this.#kept.length : Math.max(0, this.#kept.length - most);
    for (const one of this.#kept.slice(0, tooMany)) this.#letGo(one);
  }

  /** A run begins. One that goes on with nothing is a new conversation: what is kept makes room. */
  begins(follows: Follows | null): void {
    if (!follows) for (const kept of this.#kept) this.#letGo(kept);
  }

  /** Somebody waits for an interpreter: the one kept longest is given up, its variables saved before. */
  makeRoom(): void {
    const [eldest] = this.#kept;
    if (eldest) this.#letGo(eldest);
  }

  /**
   * What a question needs to go on with a run. An interpreter in it is the caller's; see `giveBack`.
   * @throws SondeError when it cannot: the run is not there, goes on still, or broke off
   */
  async follow(runId: string): Promise<Follows> {
    const run = await this.#followable(runId);
    const kept = this.#kept.find((one) => one.runId === runId);
    if (kept) {
      this.#take(kept);
      const saved = await this.#save(kept);
      const own = earlierQuestion(run, kept.left.context);
      return { runId, earlier: [...(kept.left.follows?.earlier ?? []), own], repl: kept.repl, saved };
    }
    const earlier = await this.#chain(run);
    return { runId, earlier, repl: null, saved: await this.#saved(runId) };
  }

  /** The question was not asked after all: its interpreter waits for another. */
  giveBack(follows: Follows, save: boolean): void {
    const { runId, repl, earlier } = follows;
    const last = earlier.at(-1);
    if (!repl || !last) return;
    const before = earlier.slice(0, -1);
    const asked = before.length > 0 ? { ...follows, earlier: before, repl: null } : null;
    this.keep(runId, repl, { context: last.context, save, follows: asked });
  }

  /** Closes every interpreter at once. */
  close(): void {
    const all = this.#kept;
    this.#kept = [];
    for (const { repl, stopWaiting, saved } of all) {
      stopWaiting();
      repl.close();
      saved();
    }
  }

  async #followable(runId: string): Promise<RunNode> {
    const run = await this.#ports.run(runId);
    if (!run)
      throw cannot(
        'The run this question goes on with is not here: it was removed.',
        'Ask it as a new question.',
      );
    if (run.status !== 'running' && run.status !== 'broken') return run;
    const stored = (await this.#ports.store.list()).find(({ id }) => id === runId);
    throw cannot(...notEnded(stored?.status ?? run.status));
  }

  /** The questions up to a run, oldest first, as far as they are still there. */
  async #chain(last: RunNode): Promise<EarlierQuestion[]> {
    const earlier: EarlierQuestion[] = [];
    const seen = new Set<string>();
    for (let run: RunNode | null = last; run && !seen.has(run.id);) {
      seen.add(run.id);
      earlier.unshift(earlierQuestion(run, await this.#contextOf(run)));
      run = run.follows === null ? null : await this.#ports.run(run.follows);
    }
    return earlier;
  }

  /** Null when it is not there any more. */
  async #contextOf({ id, context: { corpusId, chars } }: RunNode): Promise<ContextSource | null> {
    const { store, corpus } = this.#ports;
    if (corpusId === null) return store.context(id);
    try {
      return await corpus(corpusId);
    } catch (thrown) {
      const { code } = toProblem(thrown);
      if (code === 'not-found' || (code === 'empty' && chars > 0)) return null;
      throw thrown;
    }
  }

  /** Another tab may be saving them just now. @throws SondeError when it does not come to an end */
  async #saved(runId: string): Promise<SavedVariables | null> {
    const { store, saving } = this.#ports;
    const saved = await store.variables(runId);
    if (saved) return saved;
    try {
      await saving.done(runId, AbortSignal.timeout(OTHER_TAB_PATIENCE_MS));
    } catch (thrown) {
      if (!isAbort(thrown) && !(thrown instanceof DOMException)) throw thrown;
      const message = 'Another tab holds the variables of this answer and has not saved them.';
      throw cannot(message, 'Ask in that tab, or close it and ask here.');
    }
    return store.variables(runId);
  }

  #save(kept: Kept): Promise<SavedVariables | null> {
    kept.saving ??= this.#saveNow(kept).finally(kept.saved);
    return kept.saving;
  }

  /** What cannot be saved is kept as names with the reason, to be told when it is missed. */
  async #saveNow({ runId, repl, left }: Kept): Promise<SavedVariables | null> {
    const { store, run } = this.#ports;
    if (!left.save) return null;
    try {
      const saved = await repl.save();
      await store.keepVariables(runId, saved);
      return saved;
    } catch (thrown) {
      const why = toProblem(thrown).message;
      const node = await run(runId);
      const names = Object.keys(node ? (earlierQuestion(node, null).variables ?? {}) : {});
      const none = {
        pickled: new Blob(),
        names: [],
        left: Object.fromEntries(names.map((name) => [name, why])),
      };
      // A disk that takes no variables may still take their names; if not, a later question says that none were kept.
      await store.keepVariables(runId, none).catch(() => undefined);
      return none;
    }
  }

  #take(kept: Kept): void {
    kept.stopWaiting();
    this.#kept = this.#kept.filter((one) => one !== kept);
  }

  #letGo(kept: Kept): void {
    this.#take(kept);
    void this.#save(kept).then(() => {
      kept.repl.close();
    });
  }
}

function notEnded(status: RunSummary['status']): [message: string, hint: string] {
  if (status === 'running')
    return [
      'The question before is still being answered.',
      'Wait for its answer, or stop it, then ask again.',
    ];
  return [
    'The question before broke off: its page was closed while it ran.',
    'Resume it first, or ask this as a new question.',
  ];
}

function cannot(message: string, hint: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message, hint });
}
