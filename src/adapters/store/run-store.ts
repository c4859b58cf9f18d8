/** Runs in IndexedDB: events in batches as they happen, and one summary row a run, derived from them. */

import * as v from 'valibot';
import { SondeError, toProblem, type Problem } from '../../core/errors';
import type { ContextSource } from '../../core/corpus/context';
import type { RunEvent } from '../../core/record/events';
import type { RunStore, RunSummary } from '../../core/record/run-store';
import { runLock } from '../platform/run-channel';
import { heldLocks, takeLock, type Release } from '../platform/tab-locks';
import type { ContextRow, SondeDatabase } from './database';
import { parseEvent, summarySchema } from './event-schema';

const BATCH_MS = 250;
const BATCH_EVENTS = 200;
const PREVIEW_CHARS = 400;

/** What a store tells while it writes. */
export interface RunStoreHooks {
  /** Trouble, once per run: the disk is full, the database is gone. The run itself goes on. */
  readonly onProblem: (problem: Problem) => void;
  /** Events have reached the disk; `status` is that of the summary beside them. */
  readonly onWritten?: (treeId: string, status: RunSummary['status']) => void;
}

/** Reading rejects with SondeError. */
export function createRunStore(db: SondeDatabase, hooks: RunStoreHooks): RunStore {
  const writers = new Map<string, RunWriter>();
  /** A removed run may still be ending; nothing of it is written any more. */
  const removed = new Set<string>();
  const flushAll = (): void => {
    for (const writer of writers.values()) void writer.flush();
  };
  // The last moments of a page: what has not been written yet is handed to the database now.
  globalThis.addEventListener('pagehide', flushAll);
  globalThis.document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flushAll();
  });

  return {
    append(treeId, event) {
      if (removed.has(treeId)) return;
      let writer = writers.get(treeId);
      if (!writer) {
        writer = new RunWriter(db, treeId, hooks, () => writers.delete(treeId));
        writers.set(treeId, writer);
      }
      writer.append(event);
    },
    flush: async (treeId) => writers.get(treeId)?.flush(),
    reopen: async (treeId) => {
      if (writers.has(treeId)) return false;
      const row = v.safeParse(summarySchema, await db.within(() => db.runs.get(treeId)));
      const writer = new RunWriter(db, treeId, hooks, () => writers.delete(treeId));
      if (!row.success || !(await writer.goOn(row.output))) return false;
      writers.set(treeId, writer);
      return true;
    },
    list: () => db.within(() => listRuns(db, (id) => writers.has(id))),
    events: async (treeId, fromSeq = 0) => {
      await writers.get(treeId)?.flush();
      return db.within(() => readEvents(db, treeId, fromSeq));
    },
    remove: async (treeId) => {
      removed.add(treeId);
      await writers.get(treeId)?.abandon();
      await db.within(() =>
        db.transaction('rw', [db.runs, db.events, db.contexts, db.variables], async () => {
          await db.runs.delete(treeId);
          await db.contexts.delete(treeId);
          await db.variables.delete(treeId);
          await db.events.where('[treeId+seq]').between([treeId, 0], [treeId, Infinity]).delete();
        }),
      );
    },
    keepContext: async (treeId, { typeName, chars, open }) => {
      const keep = async (): Promise<void> => {
        const payload = await open();
        await db.within(() => db.contexts.put({ treeId, typeName, chars, payload }));
      };
      try {
        await (writers.get(treeId)?.before(keep) ?? keep());
      } catch (thrown) {
        hooks.onProblem(toProblem(thrown));
        throw thrown;
      }
    },
    context: async (treeId) => {
      const row = await db.within(() => db.contexts.get(treeId));
      return row ? keptContext(row) : null;
    },
    keepVariables: async (treeId, saved) => {
      await db.within(() => db.variables.put({ treeId, ...saved }));
    },
    variables: async (treeId) => (await db.within(() => db.variables.get(treeId))) ?? null,
  };
}

/**
 * Writes one tree. It owns the run: it holds the run's lock until all is written, so that other tabs can tell the run
 * from a broken one, and writes nothing when another tab holds it.
 */
class RunWriter {
  readonly #db: SondeDatabase;
  readonly #treeId: string;
  readonly #hooks: RunStoreHooks;
  readonly #onFinished: () => void;
  readonly #owned: Promise<Release | null>;
  #summary: RunSummary | null = null;
  #waiting: RunEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Writes go one after the other. */
  #writing: Promise<void> = Promise.resolve();
  #failed = false;
  #abandoned = false;

  constructor(db: SondeDatabase, treeId: string, hooks: RunStoreHooks, onFinished: () => void) {
    this.#db = db;
    this.#treeId = treeId;
    this.#hooks = hooks;
    this.#onFinished = onFinished;
    // A page that is being closed refuses locks; what it still can, it writes.
    this.#owned = takeLock(runLock(treeId)).catch(() => () => undefined);
  }

  append(event: RunEvent): void {
    if (this.#failed || this.#abandoned) return;
    this.#waiting.push(event);
    this.#summary = summaryAfter(this.#summary, this.#treeId, event);
    const finished = event.type === 'run-finished' && event.runId === this.#treeId;
    if (finished) void this.flush().then(() => this.#finish());
    else if (this.#waiting.length >= BATCH_EVENTS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), BATCH_MS);
  }

  /** Goes on with a run that is on disk, if nobody else writes it. */
  async goOn(summary: RunSummary): Promise<boolean> {
    if ((await this.#owned) === null) return false;
    this.#summary = { ...summary, status: 'running', answerPreview: '', durationMs: null };
    return true;
  }

  /** Has something on disk before what comes next. */
  before(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** Never rejects; trouble is told through `onProblem`. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const events = this.#waiting;
    const summary = this.#summary;
    this.#waiting = [];
    if (events.length > 0) this.#writing = this.#writing.then(() => this.#write(events, summary));
    return this.#writing;
  }

  /** The run is being removed: nothing more is written once this has resolved. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    this.#waiting = [];
    await this.#writing;
    this.#finish();
  }

  async #write(events: readonly RunEvent[], summary: RunSummary | null): Promise<void> {
    const { runs, events: table } = this.#db;
    try {
      const owned = await this.#owned;
      if (this.#failed || this.#abandoned) return;
      if (owned === null) throw ownedElsewhere();
      await this.#db.within(() =>
        this.#db.transaction('rw', runs, table, async () => {
          await table.put({ treeId: this.#treeId, seq: events[0]?.seq ?? 0, events });
          if (summary) await runs.put(summary);
        }),
      );
      if (summary) this.#hooks.onWritten?.(this.#treeId, summary.status);
    } catch (thrown) {
      this.#failed = true;
      this.#hooks.onProblem(toProblem(thrown));
    }
  }

  #finish(): void {
    void this.#owned.then((release) => release?.());
    this.#onFinished();
  }
}

function keptContext({ typeName, chars, payload }: ContextRow): ContextSource {
  const documents =
    payload.kind === 'documents'
      ? payload.documents.map(({ id, name, chars: length }) => ({ id, name, chars: length }))
      : payload.kind === 'text'
        ? [{ id: 'context', name: 'context', chars }]
        : [];
  return { kind: payload.kind, typeName, documents, chars, open: () => Promise.resolve(payload) };
}

function ownedElsewhere(): SondeError {
  return new SondeError({
    code: 'internal',
    message: 'This run is not being kept: another tab owns its record.',
    hint: 'Copy the answer before this tab is closed.',
  });
}

/** The summary is a fold of the root's own events. */
function summaryAfter(summary: RunSummary | null, treeId: string, event: RunEvent): RunSummary | null {
  if (event.type === 'run-started' && event.parentCallId === null)
    return {
      id: treeId,
      question: event.question,
      corpusId: event.context.corpusId,
      corpusName: event.context.corpusName,
      rootModel: event.root.name,
      startedAtMs: event.atMs,
      status: 'running',
      answerPreview: '',
      durationMs: null,
      follows: event.follows ?? null,
      origin: event.imported ? 'imported' : event.replays === undefined ? 'asked' : 'replay',
    };
  if (event.type === 'run-finished' && event.runId === treeId && summary) {
    const { status, durationMs } = event;
    return {
      ...summary,
      status,
      durationMs,
      answerPreview: [...event.answer].slice(0, PREVIEW_CHARS).join(''),
    };
  }
  return summary;
}

/** A row still `running` is broken when nobody holds its lock. */
async function listRuns(db: SondeDatabase, isMine: (id: string) => boolean): Promise<RunSummary[]> {
  const rows = await db.runs.orderBy('startedAtMs').reverse().toArray();
  const held = await heldLocks();
  return rows.flatMap((row) => {
    const parsed = v.safeParse(summarySchema, row);
    if (!parsed.success) return [];
    const run = parsed.output;
    const isGoingOn = isMine(run.id) || held.has(runLock(run.id));
    return [run.status === 'running' && !isGoingOn ? { ...run, status: 'broken' as const } : run];
  });
}

/** A batch begins where the one before ended, so reading on from the next event meets whole batches. */
async function readEvents(db: SondeDatabase, treeId: string, fromSeq: number): Promise<RunEvent[]> {
  const batches = await db.events
    .where('[treeId+seq]')
    .between([treeId, fromSeq], [treeId, Infinity])
    .toArray();
  return batches
    .flatMap(({ events }) => (Array.isArray(events) ? events : []))
    .map(parseEvent)
    .filter((event) => event !== null);
}
