/** Where a replayed run did otherwise than its record. */

import type { CellResult } from '../ports';
import type { RunNode } from '../record/tree';
import type { RerunCursor } from './rerun';

export interface CellChange {
  /** `calls`: what the cell asked of models; `missing`: it was recorded and not run, or the other way round. */
  readonly what: 'stdout' | 'error' | 'answer' | 'calls' | 'missing';
  readonly recorded: string;
  readonly now: string;
}

/** A cell of the replay, or of a child run in it, that did otherwise. */
export interface ReplayDifference extends CellChange {
  /** In the replay; null when only the record has it. */
  readonly runId: string | null;
  readonly depth: number;
  /** 0-based. */
  readonly turn: number;
  readonly cell: number;
}

/** A sentence for the record when a cell of a replay did otherwise; null when it did the same. */
export function replayDifference(
  rerun: RerunCursor | null,
  cellId: string,
  result: CellResult,
): string | null {
  if (rerun?.mode !== 'replay') return null;
  const recorded = rerun.cell(cellId);
  if (!recorded?.result) return null;
  const changes = changesOf(recorded.result, result);
  if (changes.length === 0) return null;
  return `Otherwise than recorded: ${changes.map(changeWords).join(' ')}`;
}

/** What a cell printed, raised and answered, side by side. Times, figures and addresses of objects are not compared. */
export function changesOf(recorded: CellResult, now: CellResult): CellChange[] {
  const pairs: [CellChange['what'], string, string][] = [
    ['stdout', recorded.stdout, now.stdout],
    ['error', errorOf(recorded), errorOf(now)],
    ['answer', recorded.finalAnswer ?? '', now.finalAnswer ?? ''],
  ];
  return pairs.flatMap(([what, before, after]) =>
    before === after ? [] : [{ what, recorded: before, now: after }],
  );
}

/** Every difference of a replay, in order: the root's first, then those of its children where they were called. */
export function replayDifferences(recorded: RunNode, replayed: RunNode): ReplayDifference[] {
  const found: ReplayDifference[] = [];
  const turns = Math.max(recorded.turns.length, replayed.turns.length);
  for (let turn = 0; turn < turns; turn++) {
    const before = recorded.turns[turn]?.cells ?? [];
    const after = replayed.turns[turn]?.cells ?? [];
    for (let cell = 0; cell < Math.max(before.length, after.length); cell++) {
      const place = { runId: replayed.id, depth: replayed.depth, turn, cell };
      const [one, other] = [before[cell], after[cell]];
      if (!one?.result || !other?.result) {
        if (one?.result || other?.result)
          found.push({ ...place, what: 'missing', recorded: one?.code ?? '', now: other?.code ?? '' });
        continue;
      }
      found.push(...changesOf(one.result, other.result).map((change) => ({ ...place, ...change })));
      const [asked, asks] = [one.calls.map(askedBy).sort(), other.calls.map(askedBy).sort()];
      if (asked.join('\0') !== asks.join('\0'))
        found.push({
          ...place,
          what: 'calls',
          recorded: `${asked.length} calls`,
          now: `${asks.length} calls`,
        });
      for (const call of other.calls) {
        const same = one.calls.find((was) => was.child && askedBy(was) === askedBy(call));
        if (call.child && same?.child) found.push(...replayDifferences(same.child, call.child));
      }
    }
  }
  return found;
}

const askedBy = ({ kind, prompt }: { kind: string; prompt: string }): string => `${kind} ${prompt}`;

function errorOf({ error }: CellResult): string {
  return error ? `${error.type}: ${error.message}` : '';
}

const EXCERPT_CHARS = 80;

function changeWords({ what, recorded, now }: CellChange): string {
  if (what === 'stdout') return printedWords(recorded, now);
  const name = what === 'error' ? 'it raised' : 'it answered';
  return `${name} ${quoted(now)}, where the record has ${quoted(recorded)}.`;
}

function printedWords(recorded: string, now: string): string {
  const before = recorded.split('\n');
  const after = now.split('\n');
  let line = 0;
  while (line < before.length && before[line] === after[line]) line++;
  return `line ${line + 1} of what it printed is ${quoted(after[line] ?? '')}, where the record has ${quoted(before[line] ?? '')}.`;
}

function quoted(text: string): string {
  if (text === '') return 'nothing';
  return `“${text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text}”`;
}
