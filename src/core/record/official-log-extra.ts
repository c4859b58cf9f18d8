/** What an imported log says that our events do not: found by exporting them again, and kept beside them. */

import type { Extra, RunEvent } from './events';
import { foldRun } from './fold';
import { iterationsOf, runMetadata } from './official-log-export';
import {
  isSameJson,
  trajectorySchema,
  withoutSecrets,
  type LogCall,
  type LogIteration,
  type LogRun,
} from './official-log';
import type { CallNode, CellNode, RunNode, TurnNode } from './tree';
import * as v from 'valibot';

type Fields = Readonly<Record<string, unknown>>;

/** The events with what else was in the lines they came from. */
export function withExtras(events: readonly RunEvent[], log: LogRun): RunEvent[] {
  const tree = foldRun(events);
  if (!tree) return [...events];
  const extras = new Map<string, Fields>();
  compareRun(extras, tree.run, log);
  return events.map((event) => withExtra(event, extras));
}

function withExtra(event: RunEvent, extras: ReadonlyMap<string, Fields>): RunEvent {
  if (event.type === 'run-started') {
    const extra = extras.get(event.runId);
    return extra && event.imported ? { ...event, imported: { ...event.imported, extra } } : event;
  }
  if (event.type === 'turn-replied') return joined(event, extras.get(event.turnId));
  if (event.type === 'cell-finished') return joined(event, extras.get(event.cellId));
  return event.type === 'call-finished' ? joined(event, extras.get(event.callId)) : event;
}

function joined<T extends { readonly extra?: Extra }>(event: T, extra: Fields | undefined): T {
  return extra ? { ...event, extra: { ...event.extra, ...extra } } : event;
}

function compareRun(
  extras: Map<string, Fields>,
  run: RunNode,
  { metadata, others, iterations }: LogRun,
): void {
  const said = withoutSecrets(metadata) as Fields; // an object stays one
  // The type is that of the line; a child run has none.
  const differs = differing(said, { type: 'metadata', ...runMetadata(run) });
  const kept = others.length > 0 ? { others: withoutSecrets(others) } : {};
  extras.set(run.id, { ...(differs && { metadata: differs }), ...kept });
  const derived = iterationsOf(run);
  for (const [index, turn] of run.turns.entries()) {
    const iteration = iterations[index];
    const line = derived[index];
    if (iteration && line) compareTurn(extras, turn, iteration, line);
  }
}

function compareTurn(extras: Map<string, Fields>, turn: TurnNode, said: LogIteration, line: Fields): void {
  const { code_blocks: blocks, ...fields } = said;
  const differs = differing(
    grown(fields.prompt, line['prompt']) ? { ...fields, prompt: undefined } : fields,
    line,
  );
  if (differs) extras.set(turn.id, differs);
  const derived = line['code_blocks'] as readonly { readonly result: Fields }[]; // as `iterationsOf` makes it
  for (const [at, cell] of turn.cells.entries()) {
    const block = derived[at];
    const result = blocks?.[at]?.result;
    if (block && result) compareCell(extras, cell, result, block.result);
  }
}

function compareCell(
  extras: Map<string, Fields>,
  cell: CellNode,
  said: NonNullable<NonNullable<LogIteration['code_blocks']>[number]['result']>,
  derived: Fields,
): void {
  const { rlm_calls: calls, ...fields } = said;
  const differs = differing({ ...fields, locals: undefined }, derived);
  if (differs) extras.set(cell.id, differs);
  const entries = derived['rlm_calls'] as readonly Fields[]; // as `iterationsOf` makes it
  for (const [at, call] of cell.calls.entries()) {
    const [given, entry] = [calls?.[at], entries[at]];
    if (given && entry) compareCall(extras, call, given, entry);
  }
}

function compareCall(extras: Map<string, Fields>, call: CallNode, said: LogCall, entry: Fields): void {
  const { metadata, ...fields } = said;
  const differs = differing(fields, entry);
  if (differs) extras.set(call.id, differs);
  const child = v.safeParse(trajectorySchema, metadata);
  if (!call.child || !child.success) return;
  const { run_metadata, iterations } = child.output;
  compareRun(extras, call.child, { metadata: run_metadata, others: [], iterations, cut: null });
}

/** See `promptsOf`: a list that has grown past its own reply says nothing that later lists do not. */
function grown(said: unknown, sent: unknown): boolean {
  if (!Array.isArray(said) || !Array.isArray(sent) || said.length <= sent.length) return false;
  return sent.every((message, at) => isSameJson(message, said[at]));
}

/** The fields that are not what is derived; null when all are. */
function differing(said: Fields, derived: Fields): Fields | null {
  const kept = Object.entries(said).filter(
    ([name, value]) => value !== undefined && !isSameJson(value, derived[name]),
  );
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
