/** Finding nodes in a tree: by what they say, and by what became of them. */

import { callState, runState, turnState } from './measures';
import type { AsideNode, CallNode, CellNode, RunNode, TurnNode } from './tree';

/** `cached`: answered from the record. `escalated`: moved up to a stronger model. `asides`: requests beside the turns. */
export type NodeFilter =
  'any' | 'failed' | 'running' | 'retried' | 'children' | 'cached' | 'escalated' | 'asides';

export interface FoundNode {
  readonly id: string;
  readonly kind: 'turn' | 'cell' | 'call' | 'run' | 'aside';
  readonly depth: number;
  /** 1-based words for the place, e.g. `Turn 3, sub-call 17`. */
  readonly place: string;
  /** The line that matched, or how the node begins. */
  readonly excerpt: string;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
}

/**
 * Nodes in reading order that pass the filter and hold the text, any case, in code, output, prompt or reply.
 * @param limit stops after this many
 */
export function findNodes(root: RunNode, text: string, filter: NodeFilter, limit = 5000): FoundNode[] {
  const found: FoundNode[] = [];
  const needle = text.trim().toLowerCase();
  for (const candidate of candidates(root, 0, '')) {
    if (!passes(candidate, filter)) continue;
    const excerpt = excerptOf(candidate.texts, needle);
    if (excerpt === null) continue;
    const { id, kind, depth, place, state } = candidate;
    found.push({ id, kind, depth, place, state, excerpt });
    if (found.length >= limit) break;
  }
  return found;
}

interface Candidate extends Omit<FoundNode, 'excerpt'> {
  readonly retries: number;
  readonly cached?: boolean;
  readonly escalated?: boolean;
  readonly texts: readonly string[];
}

function passes(candidate: Candidate, filter: NodeFilter): boolean {
  switch (filter) {
    case 'any':
      return true;
    case 'failed':
    case 'running':
      return candidate.state === filter;
    case 'retried':
      return candidate.retries > 0;
    case 'children':
      return candidate.kind === 'run';
    case 'cached':
      return candidate.cached === true;
    case 'escalated':
      return candidate.escalated === true;
    case 'asides':
      return candidate.kind === 'aside';
  }
}

function* candidates(run: RunNode, depth: number, prefix: string): Generator<Candidate> {
  for (const turn of run.turns) {
    const place = `${prefix}Turn ${String(turn.index + 1)}`;
    yield turnCandidate(turn, run, depth, place);
    for (const cell of turn.cells) {
      yield cellCandidate(cell, run, depth, `${place}, cell ${String(cell.index + 1)}`);
      for (const [index, call] of cell.calls.entries()) {
        const callPlace = `${place}, sub-call ${String(index + 1)}`;
        yield callCandidate(call, depth, callPlace);
        if (!call.child) continue;
        yield childCandidate(call.child, depth + 1, `${callPlace}, child run`);
        yield* candidates(call.child, depth + 1, `${callPlace} › `);
      }
    }
    for (const aside of turn.asides) yield asideCandidate(aside, depth, place);
  }
}

function turnCandidate(turn: TurnNode, run: RunNode, depth: number, place: string): Candidate {
  const { id, retries } = turn;
  const escalated = turn.escalations.length > 0;
  const texts = [turn.text ?? '', ...turn.escalations.map(({ reason }) => reason.message)];
  return { id, kind: 'turn', depth, place, state: turnState(turn, run), retries, escalated, texts };
}

function asideCandidate(aside: AsideNode, depth: number, turnPlace: string): Candidate {
  const { id, purpose, problem, retries, verdict, reply, prompt } = aside;
  const names = { summary: 'summary', best: 'best answer', verdict: 'verdict', turn: 'broken reply' };
  const texts = [problem?.message ?? '', verdict?.reasons ?? '', reply, prompt];
  const state = problem ? 'failed' : 'done';
  return { id, kind: 'aside', depth, place: `${turnPlace}, ${names[purpose]}`, state, retries, texts };
}

function cellCandidate(cell: CellNode, run: RunNode, depth: number, place: string): Candidate {
  const { result } = cell;
  const state = result ? (result.error ? 'failed' : 'done') : runState(run);
  const texts = [cell.code, result?.stdout ?? '', result?.stderr ?? '', result?.echo ?? ''];
  return { id: cell.id, kind: 'cell', depth, place, state, retries: 0, texts };
}

function callCandidate(call: CallNode, depth: number, place: string): Candidate {
  const texts = [call.problem?.message ?? '', call.reply ?? '', call.prompt];
  const { id, retries, cached } = call;
  const escalated = call.escalations.length > 0;
  return { id, kind: 'call', depth, place, state: callState(call), retries, cached, escalated, texts };
}

function childCandidate(run: RunNode, depth: number, place: string): Candidate {
  const texts = [run.question ?? '', run.answer];
  return { id: run.id, kind: 'run', depth, place, state: runState(run), retries: 0, texts };
}

/** The line of the first text that holds the needle, cut around it; null when none does. */
function excerptOf(texts: readonly string[], needle: string): string | null {
  if (needle === '') return oneLine(texts.find((text) => text.trim() !== '') ?? '', 0);
  for (const text of texts) {
    const at = text.toLowerCase().indexOf(needle);
    if (at >= 0) return oneLine(text, at);
  }
  return null;
}

function oneLine(text: string, at: number): string {
  const start = Math.max(0, at - 40);
  const piece = text
    .slice(start, at + 160)
    .replace(/\s+/g, ' ')
    .trim();
  return start > 0 ? `…${piece}` : piece;
}
