/** What a page and the service worker say to each other. A tab may be older or newer than the worker it talks to. */

/** `?no-sw` in the address goes past everything kept: the way out of a copy that is broken. */
export const WAY_OUT = 'no-sw';

/** A file of the site as it was built. */
export interface OfflineFile {
  /** Relative to the site's root. */
  readonly path: string;
  /** Of its content, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Needed for the first page to appear. */
  readonly shell: boolean;
}

/** Why a file could not be kept. */
export interface KeepFailure {
  readonly reason: 'unreachable' | 'status' | 'changed' | 'quota' | 'storage';
  readonly path: string;
  /** What the server or the browser said. */
  readonly detail: string;
}

/** Each comes with a port for the reply. */
export type Ask =
  /** What is kept of this version: `Survey`. */
  | { readonly type: 'survey' }
  /** Keep one file now: `Kept`. */
  | { readonly type: 'keep'; readonly path: string }
  /** Let go of the files of versions that no page runs any more: `Kept`. */
  | { readonly type: 'tidy' }
  /** Take the place of the older version. Not answered: the browser tells every page. */
  | { readonly type: 'take-over' };

export interface Survey {
  /** The script its pages start with: what tells versions apart among the tabs. */
  readonly entry: string;
  readonly totalBytes: number;
  readonly missing: readonly { readonly path: string; readonly bytes: number }[];
}

export interface Kept {
  readonly failure: KeepFailure | null;
}

/** Told to every page when this version could not be installed. */
export interface InstallFailed {
  readonly type: 'install-failed';
  readonly failure: KeepFailure;
}

/**
 * Name of the lock each page holds, shared, for as long as it runs: the files of the version that starts with this
 * script are needed. `scope` is the site's root, for several may share an origin.
 */
export function pageLockName(scope: string, entry: string): string {
  return `${pageLockPrefix(scope)}${entry}`;
}

export function pageLockPrefix(scope: string): string {
  return `sonde-page ${scope} `;
}
