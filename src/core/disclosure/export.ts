/** The record of what left as files: JSON with everything but the texts, CSV with a line for each request. */

import type { RunTree } from '../record/tree';
import { reachOf, type Departure, type Reach, type RequestPurpose } from './departure';
import type { AllTimeDocuments } from './all-time';
import type { DocumentDisclosure } from './documents';
import type { Glance } from './glance';
import { GRAM } from './gram-index';
import { pairsOf } from './ranges';
import type { HostTotal } from './request-log';

/** Plain JSON. Times are ISO 8601 in UTC, places in code points, end exclusive. */
export interface DisclosureReport {
  readonly format: 'sonde-disclosure';
  readonly version: 1;
  readonly run: {
    readonly id: string;
    readonly question: string | null;
    readonly corpus: string | null;
    readonly startedAt: string;
  };
  /** See `Glance.verdict`. */
  readonly verdict: Glance['verdict'];
  readonly hosts: readonly {
    readonly host: string;
    readonly reach: Reach;
    readonly requests: number;
    readonly bodyBytes: number;
  }[];
  /** Null: the documents could not be compared with what was sent. */
  readonly documents: readonly ReportedDocument[] | null;
  /** Common pieces shorter than this many characters are not traced. */
  readonly shortestPieceTraced: number;
  readonly requests: readonly {
    readonly at: string;
    readonly host: string;
    readonly purpose: RequestPurpose;
    readonly method: string;
    /** Null: not known. */
    readonly bodyBytes: number | null;
    /** The turn or sub-call in the trace. */
    readonly node: string | null;
    readonly texts: readonly { readonly role: string; readonly sha256: string; readonly length: number }[];
  }[];
}

export interface ReportedDocument {
  readonly id: string;
  readonly name: string;
  readonly chars: number;
  /** By host beyond this computer. */
  readonly left: Readonly<Record<string, readonly (readonly [start: number, end: number])[]>>;
  readonly shownOnThisComputerOnly: readonly (readonly [start: number, end: number])[];
}

export function reportOf(
  tree: RunTree,
  glance: Glance,
  departures: readonly Departure[],
  documents: readonly DocumentDisclosure[] | null,
): DisclosureReport {
  const { id, question, context, startedAtMs } = tree.run;
  return {
    format: 'sonde-disclosure',
    version: 1,
    run: { id, question, corpus: context.corpusName, startedAt: isoTime(startedAtMs) },
    verdict: glance.verdict,
    hosts: [...glance.beyond, ...glance.near].map(({ host, reach, requests, bodyBytes }) => ({
      host,
      reach,
      requests,
      bodyBytes,
    })),
    documents: documents?.map(reportedDocument) ?? null,
    shortestPieceTraced: GRAM,
    requests: departures.map(({ atMs, host, purpose, method, bodyBytes, nodeId, parts }) => ({
      at: isoTime(atMs),
      host,
      purpose,
      method,
      bodyBytes,
      node: nodeId,
      texts: parts.map(({ role, hash, length }) => ({ role, sha256: hash, length })),
    })),
  };
}

/** The same over all time. */
export interface AllTimeReport {
  readonly format: 'sonde-disclosure-all-time';
  readonly version: 1;
  readonly hosts: readonly {
    readonly host: string;
    readonly reach: Reach;
    readonly requests: number;
    readonly bodyBytes: number;
    readonly first: string;
    readonly last: string;
    readonly requestsByPurpose: HostTotal['purposes'];
  }[];
  /** Null: the runs were not looked through. */
  readonly documents: {
    readonly runs: number;
    readonly incompleteRuns: number;
    /** Runs that are no part of this, by reason. */
    readonly leftOut: AllTimeDocuments['leftOut'];
    readonly corpora: readonly {
      readonly name: string;
      readonly runs: number;
      readonly documents: readonly ReportedDocument[];
    }[];
  } | null;
  readonly shortestPieceTraced: number;
}

export function allTimeReport(totals: readonly HostTotal[], found: AllTimeDocuments | null): AllTimeReport {
  return {
    format: 'sonde-disclosure-all-time',
    version: 1,
    hosts: totals.map(({ host, requests, bodyBytes, firstAtMs, lastAtMs, purposes }) => ({
      host,
      reach: reachOf(host),
      requests,
      bodyBytes,
      first: isoTime(firstAtMs),
      last: isoTime(lastAtMs),
      requestsByPurpose: purposes,
    })),
    documents: found && {
      ...found,
      corpora: found.corpora.map(({ corpusName: name, runs, documents: own }) => ({
        name,
        runs,
        documents: own.map(reportedDocument),
      })),
    },
    shortestPieceTraced: GRAM,
  };
}

function reportedDocument({ id, name, chars, hosts, hereOnly }: DocumentDisclosure): ReportedDocument {
  return {
    id,
    name,
    chars,
    left: Object.fromEntries(hosts.map(({ host, ranges }) => [host, pairsOf(ranges)])),
    shownOnThisComputerOnly: pairsOf(hereOnly),
  };
}

/** One line a request, with a header line. */
export function requestsCsv(departures: readonly Departure[]): string {
  const header = ['time', 'host', 'reach', 'purpose', 'method', 'body bytes', 'turn or sub-call'];
  const lines = departures.map(({ atMs, host, purpose, method, bodyBytes, nodeId }) =>
    [isoTime(atMs), host, reachOf(host), purpose, method, bodyBytes ?? '', nodeId ?? '']
      .map(csvField)
      .join(','),
  );
  return [header.map(csvField).join(','), ...lines, ''].join('\r\n');
}

/** Spreadsheets take a leading `=` and its like for a formula. */
function csvField(value: string | number): string {
  const text = typeof value === 'string' ? value.replace(/^(?=[=+\-@\t\r])/, "'") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
