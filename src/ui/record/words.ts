/** The words for what left this device, the same on an answer and in the record. */

import type { RequestPurpose } from '../../core/disclosure/departure';
import type { Glance, ReachedHost } from '../../core/disclosure/glance';
import type { HostCount } from '../../core/disclosure/request-log';
import type { RunNode } from '../../core/record/tree';
import { formatBytes, formatPlural } from '../kit/format';

export const reachWords = {
  device: 'on this computer',
  network: 'on your network',
  internet: 'on the internet',
} as const;

export const purposeWords: Readonly<Record<RequestPurpose, string>> = {
  root: 'root model',
  sub: 'sub-model',
  verifier: 'verifier',
  list: 'list of models',
  test: 'connection test',
  'model-file': 'model files',
  package: 'Python packages',
  other: 'not sent by Sonde itself',
};

/** How a run came to be on this device. */
export type Origin = 'asked' | 'imported' | 'replay';

export function originOf({ imported, replays }: Pick<RunNode, 'imported' | 'replays'>): Origin {
  return imported ? 'imported' : replays === null ? 'asked' : 'replay';
}

/** One sentence, without a full stop. */
export function verdictLine({ verdict, going, beyond }: Glance, origin: Origin = 'asked'): string {
  const soFar = going ? ' so far' : '';
  switch (verdict) {
    case 'nothing':
      // What an imported run sent, it sent where it was made.
      if (origin === 'imported') return 'Nothing was sent from here';
      return going ? 'Nothing has left this device so far' : 'Nothing left this device';
    case 'left':
      return sentLine(beyond) + soFar;
    case 'incomplete':
      return 'The record of what left this device is incomplete';
    case 'unrecorded':
      return 'What left this device was not recorded';
  }
}

/** `41 KB went to api.openai.com`; several hosts are counted. */
export function sentLine(hosts: readonly ReachedHost[]): string {
  const bytes = hosts.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  const what = bytes === 0 ? 'Requests with nothing in them' : formatBytes(bytes);
  const [only, another] = hosts;
  if (!only) return 'Nothing went to any other host';
  return `${what} went to ${another ? formatPlural(hosts.length, 'host') : only.host}`;
}

export function countLine({ requests, bodyBytes }: HostCount): string {
  return `${formatPlural(requests, 'request')}, ${formatBytes(bodyBytes)}`;
}
