/** A recorded run as an earlier question of a conversation. */

import type { ContextSource } from '../corpus/context';
import type { ChatMessage } from '../ports';
import type { ContextLabel } from '../record/events';
import { sentMessages } from '../record/sent-messages';
import type { CellResult } from '../ports';
import type { RunNode } from '../record/tree';
import { textContext } from '../corpus/context';
import type { EarlierQuestion } from './request';

/** @param context what it was asked of; null when that is not there any more */
export function earlierQuestion(run: RunNode, context: ContextSource | null): EarlierQuestion {
  const { id: runId, question, answer } = run;
  const last = lastResult(run);
  return {
    runId,
    question,
    answer,
    context: context ?? textContext(''),
    messages: messagesOf(run),
    explored: last !== null && context !== null && isAsRecorded(run.context, context),
    variables: last?.variables ?? {},
    ...(context === null && { gone: true }),
  };
}

/** The messages between a run and its root model, its last reply included. */
function messagesOf(run: RunNode): readonly ChatMessage[] {
  const last = run.turns.at(-1);
  const sent = sentMessages(run).at(-1) ?? run.messages;
  return last?.text ? [...sent, { role: 'assistant', content: last.text }] : sent;
}

function lastResult(run: RunNode): CellResult | null {
  const cells = run.turns.flatMap((turn) => turn.cells);
  return cells.findLast(({ result }) => result !== null)?.result ?? null;
}

/** Documents may have been added or removed since. */
function isAsRecorded(label: ContextLabel, { chars, documents }: ContextSource): boolean {
  return (
    label.chars === chars &&
    label.documents.length === documents.length &&
    label.documents.every(({ id }, at) => documents[at]?.id === id)
  );
}
