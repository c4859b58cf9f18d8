/** The log of what was sent: per run with its texts, and over all time by host. */

import type { Departure, RequestPurpose, SentRequest } from './departure';

export interface HostCount {
  readonly host: string;
  readonly requests: number;
  /** UTF-8 bytes of request bodies. */
  readonly bodyBytes: number;
}

/** What is known of a run's requests as a whole. A run without one was made before there was a log. */
export interface RunMark {
  readonly treeId: string;
  readonly startedAtMs: number;
  /** `open` while the run goes on; it stays so when the page was closed in the middle. */
  readonly state: 'open' | 'closed';
  /** False once anything of this run could not be noted or stored. */
  readonly complete: boolean;
  readonly hosts: readonly HostCount[];
}

/** All that was ever sent to one host from this browser, runs that were removed included. */
export interface HostTotal extends HostCount {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly purposes: Readonly<Partial<Record<RequestPurpose, number>>>;
}

export interface RequestLog {
  /**
   * From here on a run's requests are kept.
   * @param keep false: in memory only, as long as the page lives
   */
  begin(treeId: string, options: { readonly keep: boolean }): void;
  /** The same for a run that is gone on with. What broke off may have sent more than is kept. @throws SondeError storage codes */
  goOn(treeId: string): Promise<void>;
  /** Takes a request the moment it is sent. Never throws: what cannot be stored makes the run's mark incomplete. */
  note(request: SentRequest): void;
  /** The run sends nothing more. Never rejects. */
  end(treeId: string): Promise<void>;
  /** Null: the run was not recorded. @throws SondeError storage codes */
  mark(treeId: string): Promise<RunMark | null>;
  /** In the order of sending. @throws SondeError storage codes */
  departures(treeId: string): Promise<Departure[]>;
  /** By hash; a text that could not be stored is missing. @throws SondeError storage codes */
  texts(treeId: string, hashes: Iterable<string>): Promise<Map<string, string>>;
  /** The totals stay. @throws SondeError storage codes */
  remove(treeId: string): Promise<void>;
  /** Most bytes first. @throws SondeError storage codes */
  totals(): Promise<HostTotal[]>;
  clearTotals(): Promise<void>;
  /** Calls back after a run's mark or the totals changed; returns a function that stops it. */
  watch(listener: (treeId: string | null) => void): () => void;
}
