/** What can be done with a recorded run: take it out as a log, bring one in, go on with it, replay it. Each is loaded when it is used. */

import { textContext } from '../core/corpus/context';
import { jsonContext, listContext } from '../core/corpus/given-context';
import { SondeError } from '../core/errors';
import { foldRun } from '../core/record/fold';
import type { RunNode } from '../core/record/tree';
import type { ReplayDifference } from '../core/run/replay-differences';
import type { GivenContextSource, GivenForResume, RerunsPorts } from './reruns';
import type { RunView } from './run-view.svelte';
import type { RunsState, StartOptions } from './runs.svelte';

export interface RunAgainPorts extends RerunsPorts {
  readonly runs: Pick<RunsState, 'start' | 'resume' | 'add' | 'open'>;
  readonly newId: () => string;
}

export interface Replay {
  readonly view: RunView;
  /** The run whose replies it has. */
  readonly record: RunNode;
}

export class RunAgain {
  readonly #ports: RunAgainPorts;

  constructor(ports: RunAgainPorts) {
    this.#ports = ports;
  }

  /** The run as official JSONL. @throws SondeError `invalid-argument` when there is no such run, storage codes */
  async exportLog(id: string): Promise<string> {
    const [{ exportOfficialLog }, tree] = await Promise.all([
      import('../core/record/official-log-export'),
      this.#ports.store.events(id).then((events) => foldRun(events) ?? this.#ports.runs.open(id).tree),
    ]);
    if (!tree) throw noSuchRun(id);
    return exportOfficialLog(tree.run);
  }

  /**
   * Keeps the runs of a log in the history.
   * @returns their ids, in the order of the log; at least one
   * @throws SondeError `malformed`, `empty`, `too-large`, storage codes
   */
  async importLog(text: string, source: string): Promise<[string, ...string[]]> {
    const [{ readLog }, { importRun }] = await Promise.all([
      import('../core/record/official-log-lines'),
      import('../core/record/official-log-import'),
    ]);
    const { newId, runs } = this.#ports;
    const read = readLog(text).map((log) => importRun(log, { newId, source, nowMs: Date.now() }));
    const ids: string[] = [];
    for (const { runId, events, context } of read) {
      await runs.add(runId, events, contextOf(context));
      ids.push(runId);
    }
    const [first, ...more] = ids;
    if (first === undefined) throw new Error('a log that was read has no runs');
    return [first, ...more];
  }

  /** Goes on with a run that broke off or ended without an answer. @throws SondeError that says what is missing */
  async resume(id: string, given: GivenForResume = {}, options: StartOptions = {}): Promise<RunView> {
    const { prepareResume } = await import('./reruns');
    const { request, events } = await prepareResume(this.#ports, id, given);
    return this.#ports.runs.resume(request, events, options);
  }

  /** Runs the cells of a run anew, with the recorded replies; nothing is sent. @throws SondeError that says what is missing */
  async replay(
    id: string,
    given: GivenContextSource | null = null,
    options: StartOptions = {},
  ): Promise<Replay> {
    const { prepareReplay } = await import('./reruns');
    const { request, record } = await prepareReplay(this.#ports, id, given);
    return { view: await this.#ports.runs.start(request, options), record };
  }

  /** Where a replay that has ended did otherwise than its record. */
  async differences({ view, record }: Replay): Promise<readonly ReplayDifference[]> {
    const { replayDifferences } = await import('../core/run/replay-differences');
    return view.tree ? replayDifferences(record, view.tree.run) : [];
  }
}

/** What the log holds of the context. */
function contextOf(value: unknown) {
  if (value === undefined) return null;
  if (typeof value === 'string') return textContext(value);
  const texts = Array.isArray(value) && value.every((one): one is string => typeof one === 'string');
  return texts && value.length > 0 ? listContext(value) : jsonContext(value);
}

function noSuchRun(id: string): SondeError {
  const message = `There is no run with the id "${id.slice(0, 100)}".`;
  return new SondeError({ code: 'invalid-argument', message });
}
