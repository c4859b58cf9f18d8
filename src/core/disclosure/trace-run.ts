/** Traces a run: the texts it sent, by where they went, and the stretches of its documents that stand in them. */

import type { RunNode, RunTree } from '../record/tree';
import type { Departure } from './departure';
import { LOCAL, type Exposure, type ExposureTracer, type SentTexts } from './exposure';
import type { RequestLog } from './request-log';

export interface RunTrace {
  readonly exposures: readonly Exposure[];
  /** False when a text that was sent could not be stored, so that more may have gone out than was found. */
  readonly complete: boolean;
}

/** @throws SondeError of the log and the tracer, `not-found` when the corpus was removed; an AbortError */
export async function traceRun(
  ports: { readonly log: Pick<RequestLog, 'texts'>; readonly tracer: ExposureTracer },
  tree: RunTree,
  departures: readonly Departure[],
  signal: AbortSignal,
): Promise<RunTrace> {
  const { id, context } = tree.run;
  const hashes = new Set(departures.flatMap(({ parts }) => parts.map(({ hash }) => hash)));
  const texts = await ports.log.texts(id, hashes);
  signal.throwIfAborted();
  const sent: SentTexts[] = [...Map.groupBy(departures, ({ host }) => host)].map(([to, requests]) => ({
    to,
    texts: [...new Set(requests.flatMap(({ parts }) => parts.map(({ hash }) => hash)))].flatMap(
      (hash) => texts.get(hash) ?? [],
    ),
  }));
  const local = textsShownHere(tree);
  if (local.length > 0) sent.push({ to: LOCAL, texts: local });
  const complete = [...hashes].every((hash) => texts.has(hash));
  const isTraceable = context.corpusId !== null && sent.some((group) => group.texts.length > 0);
  if (!isTraceable) return { exposures: [], complete };
  return { exposures: await ports.tracer.trace(context.corpusId, sent, signal), complete };
}

/** Texts that models on this device were shown: they were never part of a request. */
function textsShownHere(tree: RunTree): string[] {
  const texts = new Set<string>();
  const visit = (run: RunNode): void => {
    if (run.root.host === null) for (const { content } of run.messages) texts.add(content);
    for (const { feedback, cells } of run.turns) {
      if (run.root.host === null && feedback !== null) texts.add(feedback);
      for (const { model, prompt, child } of cells.flatMap(({ calls }) => calls)) {
        if (child) visit(child);
        else if (model.host === null) texts.add(prompt);
      }
    }
  };
  visit(tree.run);
  return [...texts];
}
