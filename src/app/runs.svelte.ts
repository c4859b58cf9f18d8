/** The runs of this page: starting, stopping, the history, and opening a stored one by its id. */

import type { ContextSource } from '../core/corpus/context';
import { isAbort, SondeError, toProblem, type Problem } from '../core/errors';
import type { RequestLog } from '../core/disclosure/request-log';
import type { EventSink, LiveSink, RunEvent } from '../core/record/events';
import type { RunStore, RunSummary } from '../core/record/run-store';
import type { RunNews, RunTabs } from '../core/record/run-tabs';
import type { RunTree } from '../core/record/tree';
import type { RunOutcome, RunRequest } from '../core/run/request';
import { Onlooker } from './onlooker';
import { RunView, type FrameScheduler } from './run-view.svelte';

export interface RunHooks {
  /** Nobody watches: what needs a word of the user is refused rather than asked. */
  readonly unattended?: boolean;
  /** False: nothing of the run goes to the disk. */
  readonly save: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
  readonly onDelta: LiveSink;
}

export interface RunsPorts {
  /** Runs the core's loop. Storing the events is not its business: they come here. */
  start(request: RunRequest, hooks: RunHooks): Promise<RunOutcome>;
  readonly store: RunStore;
  /** The log of what runs send; absent: none is kept. */
  readonly requests?: Pick<RequestLog, 'begin' | 'goOn' | 'end' | 'remove'>;
  readonly nextFrame?: FrameScheduler;
  /** The other tabs; absent: this is the only one. */
  readonly tabs?: RunTabs;
  /** A run of this tab has begun; `view.outcome` is its end. */
  readonly onStarted?: (view: RunView, request: RunRequest) => void;
}

export interface StartOptions {
  /** False keeps the run off the disk and out of the history. */
  readonly save?: boolean;
  readonly unattended?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: EventSink;
  /** The log of the run that is gone on with; see `resume`. */
  readonly goesOn?: readonly RunEvent[];
}

/** Stored runs kept in memory after they were looked at. */
const KEPT_VIEWS = 4;
const PREVIEW_CHARS = 280;

export class RunsState {
  readonly #ports: RunsPorts;
  readonly #nextFrame: FrameScheduler;
  readonly #onlooker: Onlooker | null;
  // A cache: what is shown of a view is reactive in the view itself.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #views = new Map<string, RunView>();
  #live = $state.raw<readonly RunView[]>([]);
  #stored = $state.raw<readonly RunSummary[]>([]);
  #historyPhase = $state.raw<'unread' | 'loading' | 'ready'>('unread');
  #historyProblem = $state.raw<Problem | null>(null);

  constructor(ports: RunsPorts) {
    this.#ports = ports;
    this.#nextFrame = ports.nextFrame ?? nextFrame;
    const { tabs, store } = ports;
    this.#onlooker = tabs ? new Onlooker(store, tabs, () => void this.#reread()) : null;
    tabs?.onNews((news) => {
      this.#hear(news);
    });
    tabs?.onAskedToStop((id) => this.#live.find((view) => view.id === id)?.stop());
  }

  /** Runs under way in this tab, newest first. */
  get live(): readonly RunView[] {
    return this.#live;
  }

  /** Newest first; live runs included. Call `refresh` to read the stored ones. */
  get history(): readonly RunSummary[] {
    const live = this.#live.map(summarize).filter((summary) => summary !== null);
    const ids = live.map((summary) => summary.id);
    return [...live, ...this.#stored.filter((summary) => !ids.includes(summary.id))];
  }
  get historyPhase(): 'unread' | 'loading' | 'ready' {
    return this.#historyPhase;
  }
  get historyProblem(): Problem | null {
    return this.#historyProblem;
  }

  /**
   * Starts a run. Resolves once it has begun; its end is `view.outcome`.
   * @throws whatever keeps it from beginning, e.g. SondeError `repl-unsupported`, or an AbortError
   */
  start(request: RunRequest, options: StartOptions = {}): Promise<RunView> {
    const { save = true } = options;
    const controller = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    return new Promise<RunView>((resolve, reject) => {
      let view: RunView | null = null;
      const onEvent = (event: RunEvent) => {
        if (!view && 'runId' in event) {
          view = this.#viewFor(event.runId, options.goesOn ?? []);
          view.goLive(outcome, () => {
            controller.abort();
          });
          if (!options.goesOn) this.#ports.requests?.begin(view.id, { keep: save });
          this.#views.set(view.id, view);
          this.#live = [view, ...this.#live];
          view.apply(event);
          this.#ports.onStarted?.(view, request);
          resolve(view);
        } else view?.apply(event);
        if (save && view) this.#ports.store.append(view.id, event);
        if (save && view && event.seq === 0) this.#keepContext(view.id, request);
        options.onEvent?.(event);
      };
      // The core starts at the next tick, so that `outcome` exists when the first event needs it.
      const outcome = Promise.resolve()
        .then(() =>
          this.#ports.start(request, {
            unattended: options.unattended ?? false,
            save,
            signal,
            onEvent,
            onDelta: (delta) => view?.applyDelta(delta),
          }),
        )
        .then((result) => this.#finish(view, result, null, save))
        .catch((thrown: unknown) => {
          if (!view) reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          return this.#finish(view, failedOutcome(view, thrown), toProblem(thrown), save);
        });
    });
  }

  /**
   * Goes on with a run that is on disk. Resolves once it has begun again; its end is `view.outcome`.
   * @param request of a rerun in the mode `resume`
   * @throws SondeError `invalid-argument` when it is still going on, here or in another tab, or as `start`
   */
  async resume(request: RunRequest, events: readonly RunEvent[], options: StartOptions): Promise<RunView> {
    const id = request.rerun?.record.id ?? '';
    if (this.#isLive(id) || !(await this.#ports.store.reopen(id)))
      throw new SondeError({
        code: 'invalid-argument',
        message: 'This run is still going on, here or in another tab.',
        hint: 'Stop it there first.',
      });
    await this.#ports.requests?.goOn(id);
    return this.start(request, { ...options, save: true, goesOn: events });
  }

  /** What is imported: a log that has come to its end. It has sent nothing from here. */
  async add(runId: string, events: readonly RunEvent[], context: ContextSource | null): Promise<void> {
    const { store, requests } = this.#ports;
    requests?.begin(runId, { keep: true });
    if (context) await store.keepContext(runId, context);
    for (const event of events) store.append(runId, event);
    await store.flush(runId);
    await requests?.end(runId);
    await this.#reread();
  }

  /** A run that goes on stays in the view it is looked at in. */
  #viewFor(id: string, earlier: readonly RunEvent[]): RunView {
    const known = this.#views.get(id);
    const isWhole = known?.phase === 'ended' && known.nextSeq === (earlier.at(-1)?.seq ?? -1) + 1;
    if (known && isWhole && earlier.length > 0) return known;
    const view = new RunView(id, this.#nextFrame);
    view.goOn(earlier);
    return view;
  }

  /** Documents of the library are there anyway. */
  #keepContext(id: string, { corpus, context }: RunRequest): void {
    // The store tells of trouble; the run itself can do without.
    if (!corpus) this.#ports.store.keepContext(id, context).catch(() => undefined);
  }

  /** The view of a run by its id; a stored one is read while the view says `loading`. */
  open(id: string): RunView {
    const known = this.#views.get(id);
    if (known) return known;
    const view = new RunView(id, this.#nextFrame);
    this.#views.set(id, view);
    this.#forget();
    void this.#load(view);
    return view;
  }

  /** A run of this page that is in memory, kept or not; null when it is not. */
  inMemory(id: string): RunTree | null {
    return this.#views.get(id)?.tree ?? null;
  }

  async refresh(): Promise<void> {
    if (this.#historyPhase === 'unread') this.#historyPhase = 'loading';
    try {
      this.#stored = await this.#ports.store.list();
      this.#historyProblem = null;
      for (const { id, status } of this.#stored)
        if (status === 'running' && !this.#isLive(id)) this.#onlooker?.expect(id);
    } catch (thrown) {
      this.#historyProblem = toProblem(thrown);
    }
    this.#historyPhase = 'ready';
  }

  /** Stops it if it goes on, wherever that is, then removes its record. @throws SondeError of the store, or `silent` */
  async remove(id: string): Promise<void> {
    const view = this.#views.get(id);
    if (view?.outcome) {
      view.stop();
      await view.outcome;
    } else if (await this.#isElsewhere(id)) await this.#onlooker?.stop(id);
    await this.#ports.store.remove(id);
    await this.#ports.requests?.remove(id);
    this.#ports.tabs?.tell({ type: 'removed', runId: id });
    this.#drop(id);
  }

  #drop(id: string): void {
    this.#views.delete(id);
    this.#stored = this.#stored.filter((summary) => summary.id !== id);
  }

  #isLive(id: string): boolean {
    return this.#live.some((view) => view.id === id);
  }

  async #isElsewhere(id: string): Promise<boolean> {
    const summaries = await this.#ports.store.list();
    return !this.#isLive(id) && summaries.some((run) => run.id === id && run.status === 'running');
  }

  /** The history is kept up to date once somebody has asked for it. */
  async #reread(): Promise<void> {
    if (this.#historyPhase !== 'unread') await this.refresh();
  }

  #hear(news: RunNews): void {
    if (news.type === 'removed') this.#drop(news.runId);
    else if (this.#stored.find(({ id }) => id === news.runId)?.status !== news.status) void this.#reread();
  }

  async #finish(view: RunView | null, result: RunOutcome, problem: Problem | null, save: boolean) {
    if (!view) return result;
    view.end(problem);
    await this.#ports.requests?.end(view.id);
    if (save) {
      try {
        await this.#ports.store.flush(view.id);
      } catch (thrown) {
        view.end(toProblem(thrown));
      }
      await this.refresh();
    }
    this.#live = this.#live.filter((other) => other !== view);
    return result;
  }

  async #load(view: RunView): Promise<void> {
    try {
      if (this.#onlooker && (await this.#isElsewhere(view.id))) await this.#onlooker.follow(view);
      else view.load(await this.#ports.store.events(view.id));
    } catch (thrown) {
      view.fail(thrown);
    }
    // What could not be shown is read afresh when asked for again.
    if (view.phase !== 'ended' && view.phase !== 'elsewhere') this.#views.delete(view.id);
  }

  #forget(): void {
    const stored = [...this.#views.values()].filter(
      (view) => !this.#live.includes(view) && view.phase !== 'elsewhere',
    );
    for (const view of stored.slice(0, Math.max(0, stored.length - KEPT_VIEWS))) this.#views.delete(view.id);
  }
}

function failedOutcome(view: RunView | null, thrown: unknown): RunOutcome {
  const answer = view?.tree?.run.answer ?? '';
  const status = isAbort(thrown) ? 'stopped' : 'failed';
  return { runId: view?.id ?? '', status, answer, problem: toProblem(thrown), durationMs: 0 };
}

/** A line of the history for a run that may not be on disk yet. */
function summarize(view: RunView): RunSummary | null {
  const run = view.tree?.run;
  if (!run) return null;
  return {
    id: run.id,
    question: run.question,
    corpusId: run.context.corpusId,
    corpusName: run.context.corpusName,
    rootModel: run.root.name,
    startedAtMs: run.startedAtMs,
    status: run.status,
    answerPreview: run.answer.slice(0, PREVIEW_CHARS),
    durationMs: run.durationMs,
    follows: run.follows,
    origin: run.imported ? 'imported' : run.replays === null ? 'asked' : 'replay',
  };
}

/** Hidden pages paint no frames, and their timers are slow anyway. */
function nextFrame(callback: () => void, restMs: number): void {
  if (document.hidden) setTimeout(callback, 250);
  else if (restMs > 0) setTimeout(nextFrame, restMs, callback, 0);
  else requestAnimationFrame(callback);
}
