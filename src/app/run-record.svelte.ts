/** The record of one run: its requests, and the stretches of its documents that were in them. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type { Departure } from '../core/disclosure/departure';
import { documentsIn, type DocumentDisclosure } from '../core/disclosure/documents';
import { traceRun } from '../core/disclosure/trace-run';
import type { RunTree } from '../core/record/tree';
import type { ExposureTracer } from '../core/disclosure/exposure';
import type { RequestLog } from '../core/disclosure/request-log';

export interface DisclosurePorts {
  readonly log: RequestLog;
  readonly tracer: ExposureTracer;
}

/** A text of a request as it was sent; null when it could not be kept. */
export interface SentText {
  readonly role: string;
  readonly text: string | null;
  readonly length: number;
}

export class RunRecord {
  readonly id: string;
  readonly #ports: DisclosurePorts;
  #departures: readonly Departure[] | null = $state.raw(null);
  #documents: readonly DocumentDisclosure[] | null = $state.raw(null);
  #tracing = $state.raw(false);
  #problem: Problem | null = $state.raw(null);
  #traceProblem: Problem | null = $state.raw(null);
  #textsComplete = $state.raw(true);
  #loading: AbortController | null = null;

  constructor(id: string, ports: DisclosurePorts) {
    this.id = id;
    this.#ports = ports;
  }

  /** In the order of sending; null until read. */
  get departures(): readonly Departure[] | null {
    return this.#departures;
  }
  /** Null until the documents were compared, or when they cannot be. */
  get documents(): readonly DocumentDisclosure[] | null {
    return this.#documents;
  }
  get tracing(): boolean {
    return this.#tracing;
  }
  /** Why the requests could not be read. */
  get problem(): Problem | null {
    return this.#problem;
  }
  /** Why the documents could not be compared. */
  get traceProblem(): Problem | null {
    return this.#traceProblem;
  }
  /** False when texts are missing, so that more of the documents may have gone out than is shown. */
  get textsComplete(): boolean {
    return this.#textsComplete;
  }

  /** Reads the requests and compares the documents; whatever was going on before is given up. Never rejects. */
  async load(tree: RunTree): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    const { signal } = loading;
    try {
      const departures = await this.#ports.log.departures(this.id);
      if (signal.aborted) return;
      this.#departures = departures;
      this.#problem = null;
      await this.#trace(tree, departures, signal);
    } catch (thrown) {
      if (!isAbort(thrown)) this.#problem = toProblem(thrown);
    }
  }

  async #trace(tree: RunTree, departures: readonly Departure[], signal: AbortSignal): Promise<void> {
    if (tree.run.context.corpusId === null) return;
    this.#tracing = true;
    try {
      const { exposures, complete } = await traceRun(this.#ports, tree, departures, signal);
      this.#documents = documentsIn(tree.run.context.documents, exposures);
      this.#textsComplete = complete;
      this.#traceProblem = null;
    } catch (thrown) {
      if (!isAbort(thrown)) this.#traceProblem = toProblem(thrown);
    } finally {
      if (this.#loading?.signal === signal) this.#tracing = false;
    }
  }

  /** The texts of a request, exactly as sent. @throws SondeError storage codes */
  async textsOf({ parts }: Departure): Promise<SentText[]> {
    const texts = await this.#ports.log.texts(
      this.id,
      parts.map(({ hash }) => hash),
    );
    return parts.map(({ role, hash, length }) => ({ role, length, text: texts.get(hash) ?? null }));
  }

  /** Gives up what is being compared. */
  close(): void {
    this.#loading?.abort();
  }
}
