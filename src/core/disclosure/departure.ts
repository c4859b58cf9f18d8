/** One request to a model server, a download host or the like: what is noted of it the moment it is sent. */

import type { CallOrigin } from '../ports';

/** `other`: seen leaving although nothing here meant to send it. */
export const PURPOSES = [
  'root',
  'sub',
  'verifier',
  'list',
  'test',
  'model-file',
  'package',
  'other',
] as const;
export type RequestPurpose = (typeof PURPOSES)[number];

/** What whoever sends a request says about it. */
export interface RequestTag {
  readonly purpose: RequestPurpose;
  /** The turn or sub-call it belongs to; absent for what belongs to no run. */
  readonly origin?: CallOrigin | undefined;
}

/** A stretch of text in the body of a request, as the server reads it once the JSON around it is undone. */
export interface SentPart {
  /** `system`, `user`, `assistant`: a message. `fields`: all else in the body. `body`: a body that is no chat request. */
  readonly role: string;
  readonly text: string;
}

/** A request as it was handed to the browser. Holds no header, no key and no path: those can be secret. */
export interface SentRequest extends RequestTag {
  readonly atMs: number;
  /** Host and port, as in a URL. */
  readonly host: string;
  readonly method: string;
  /** UTF-8 bytes of the body; null when the body is of a kind that cannot be measured. */
  readonly bodyBytes: number | null;
  readonly parts: readonly SentPart[];
}

/** A logged request. Its texts are kept apart, once each: `parts` name them by their hash. */
export interface Departure extends Omit<SentRequest, 'parts' | 'origin'> {
  readonly treeId: string;
  /** From 0 within the tree, in the order of sending. */
  readonly seq: number;
  readonly runId: string | null;
  /** The turn or sub-call; null for what belongs to the run as a whole. */
  readonly nodeId: string | null;
  readonly parts: readonly DeparturePart[];
}

export interface DeparturePart {
  readonly role: string;
  readonly hash: string;
  /** UTF-16 units. */
  readonly length: number;
}

/** How far a request goes: `device` stays on this computer, `network` on what looks like the reader's own network. */
export type Reach = 'device' | 'network' | 'internet';

/** @param host with or without a port, as `URL.host` writes it */
export function reachOf(host: string): Reach {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127\.[\d.]+$/.test(name))
    return 'device';
  const isPrivate =
    /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/.test(name) ||
    /^\[f[cd][\da-f]{2}:/.test(name) ||
    /^\[fe[89ab][\da-f]:/.test(name) ||
    /\.(local|lan|home\.arpa|internal)$/.test(name) ||
    /^[^.[\]:]+$/.test(name); // a bare name is looked up on the own network only
  return isPrivate ? 'network' : 'internet';
}
