/** The log of requests as it is read from disk: rows of another version or tampered with are left out. */

import * as v from 'valibot';
import { PURPOSES, type Departure } from '../../core/disclosure/departure';
import type { HostTotal, RunMark } from '../../core/disclosure/request-log';

const count = v.pipe(v.number(), v.minValue(0));
const purpose = v.picklist(PURPOSES);
const hostCount = { host: v.string(), requests: count, bodyBytes: count };

const markSchema = v.object({
  treeId: v.string(),
  startedAtMs: v.number(),
  state: v.picklist(['open', 'closed']),
  complete: v.boolean(),
  hosts: v.array(v.object(hostCount)),
});

const departureSchema = v.object({
  treeId: v.string(),
  seq: count,
  runId: v.nullable(v.string()),
  nodeId: v.nullable(v.string()),
  purpose,
  atMs: v.number(),
  host: v.string(),
  method: v.string(),
  bodyBytes: v.nullable(count),
  parts: v.array(v.object({ role: v.string(), hash: v.string(), length: count })),
});

const totalSchema = v.object({
  ...hostCount,
  firstAtMs: v.number(),
  lastAtMs: v.number(),
  purposes: v.partial(v.object(v.entriesFromList(PURPOSES, count))),
});

/** Null for what is no mark: the run then counts as not recorded. */
export function parseMark(stored: unknown): RunMark | null {
  const parsed = v.safeParse(markSchema, stored);
  return parsed.success ? parsed.output : null;
}

export function parseDeparture(stored: unknown): Departure | null {
  const parsed = v.safeParse(departureSchema, stored);
  return parsed.success ? parsed.output : null;
}

export function parseTotal(stored: unknown): HostTotal | null {
  const parsed = v.safeParse(totalSchema, stored);
  return parsed.success ? (parsed.output as HostTotal) : null; // `partial` forgets that the keys are exact
}
