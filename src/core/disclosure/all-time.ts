/** What of the documents went where over all recorded runs: one run after the other, each looked through once. */

import type { CorpusInfo, StoredDocument } from '../corpus/library';
import { toProblem } from '../errors';
import type { RunSummary } from '../record/run-store';
import type { RunTree } from '../record/tree';
import { documentsIn, type DocumentDisclosure } from './documents';
import type { Exposure, ExposureTracer } from './exposure';
import type { RequestLog } from './request-log';
import { traceRun, type RunTrace } from './trace-run';

/** What was found in a run that has ended; it holds no text. */
export interface KeptTrace extends RunTrace {
  readonly treeId: string;
}

export interface TraceStore {
  /** Null: the run was not looked through yet. @throws SondeError storage codes */
  read(treeId: string): Promise<RunTrace | null>;
  /** Does nothing for a run that is not kept itself. @throws SondeError storage codes */
  keep(trace: KeptTrace): Promise<void>;
}

export interface AllTimePorts {
  readonly log: Pick<RequestLog, 'mark' | 'departures' | 'texts'>;
  readonly tracer: ExposureTracer;
  readonly traces: TraceStore;
  /** The run with its tree; null when it is not kept. @throws SondeError storage codes */
  readonly tree: (runId: string) => Promise<RunTree | null>;
  readonly corpora: () => Promise<readonly CorpusInfo[]>;
  readonly documents: (corpusId: string) => Promise<readonly StoredDocument[]>;
}

/** Why a run is no part of the sum. */
export type LeftOut = 'going' | 'unrecorded' | 'no-corpus' | 'corpus-removed' | 'unreadable';

export interface CorpusDisclosure {
  readonly corpusId: string;
  readonly corpusName: string;
  readonly runs: number;
  /** Those of which anything was shown to any model; those of which most left come first. */
  readonly documents: readonly DocumentDisclosure[];
}

export interface AllTimeDocuments {
  /** Corpora with a recorded run, in the order of the library. */
  readonly corpora: readonly CorpusDisclosure[];
  /** Runs summed up. */
  readonly runs: number;
  /** Of these, those of which not all was recorded: more may have gone out. */
  readonly incompleteRuns: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}

export interface Survey {
  /** Runs over documents that are still here. */
  readonly included: readonly RunSummary[];
  /** Of these, those that were not looked through yet. */
  readonly due: number;
  readonly leftOut: readonly LeftOut[];
}

/** Which runs there are to look through. @throws SondeError storage codes */
export async function surveyRuns(ports: AllTimePorts, runs: readonly RunSummary[]): Promise<Survey> {
  const kept = new Set((await ports.corpora()).map(({ id }) => id));
  const included: RunSummary[] = [];
  const leftOut: LeftOut[] = [];
  let due = 0;
  for (const run of runs) {
    const reason = await reasonToLeaveOut(ports, run, kept);
    if (reason) leftOut.push(reason);
    else {
      included.push(run);
      if (!(await ports.traces.read(run.id))) due++;
    }
  }
  return { included, due, leftOut };
}

async function reasonToLeaveOut(
  ports: AllTimePorts,
  { id, status, corpusId }: RunSummary,
  kept: ReadonlySet<string>,
): Promise<LeftOut | null> {
  if (status === 'running') return 'going';
  if (!(await ports.log.mark(id))) return 'unrecorded';
  if (corpusId === null) return 'no-corpus';
  return kept.has(corpusId) ? null : 'corpus-removed';
}

/**
 * Looks through the runs of a survey, each only if it was not before, and adds them up.
 * @param onProgress runs done so far
 * @throws SondeError storage codes; an AbortError, what was found until then is kept
 */
export async function lookThrough(
  ports: AllTimePorts,
  { included, leftOut }: Survey,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<AllTimeDocuments> {
  const reasons = [...leftOut];
  const byCorpus = new Map<string, { runs: number; exposures: Exposure[] }>();
  let incompleteRuns = 0;
  let done = 0;
  for (const run of included) {
    signal.throwIfAborted();
    const found = await traceOf(ports, run, signal);
    onProgress(++done);
    if (found === 'unreadable' || found === 'corpus-removed') reasons.push(found);
    else {
      const corpus = byCorpus.get(run.corpusId ?? '') ?? { runs: 0, exposures: [] };
      corpus.runs++;
      corpus.exposures.push(...found.exposures);
      byCorpus.set(run.corpusId ?? '', corpus);
      const mark = await ports.log.mark(run.id);
      if (!found.complete || !mark?.complete || mark.state === 'open') incompleteRuns++;
    }
  }
  const corpora: CorpusDisclosure[] = [];
  for (const { id, name } of await ports.corpora()) {
    const corpus = byCorpus.get(id);
    if (!corpus) continue;
    const documents = documentsIn(await ports.documents(id), corpus.exposures);
    corpora.push({ corpusId: id, corpusName: name, runs: corpus.runs, documents });
  }
  const summed = corpora.reduce((sum, { runs }) => sum + runs, 0);
  return { corpora, runs: summed, incompleteRuns, leftOut: counted(reasons) };
}

async function traceOf(
  ports: AllTimePorts,
  { id }: RunSummary,
  signal: AbortSignal,
): Promise<RunTrace | 'unreadable' | 'corpus-removed'> {
  const known = await ports.traces.read(id);
  if (known) return known;
  const tree = await ports.tree(id);
  if (!tree) return 'unreadable';
  try {
    return await traceAndKeep(ports, tree, signal);
  } catch (thrown) {
    if (toProblem(thrown).code === 'not-found') return 'corpus-removed'; // since the survey
    throw thrown;
  }
}

/** Traces a run that has ended and keeps what was found. @throws as `traceRun` does */
export async function traceAndKeep(
  ports: Pick<AllTimePorts, 'log' | 'tracer' | 'traces'>,
  tree: RunTree,
  signal: AbortSignal,
): Promise<RunTrace> {
  const trace = await traceRun(ports, tree, await ports.log.departures(tree.run.id), signal);
  const ofRun = new Set(tree.run.context.documents.map(({ id }) => id));
  // A document that was added since was never part of the run, whatever it has in common with one that was.
  const exposures = trace.exposures.filter(({ documentId }) => ofRun.has(documentId));
  const kept: RunTrace = { exposures, complete: trace.complete };
  await ports.traces.keep({ ...kept, treeId: tree.run.id });
  return kept;
}

function counted(reasons: readonly LeftOut[]): Partial<Record<LeftOut, number>> {
  const counts: Partial<Record<LeftOut, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
