/** The words for what became of a node, the same wherever one is described. */

import type { CallNode, RunNode } from '../../core/record/tree';
import { callState } from '../../core/record/measures';
import { formatDuration, formatTokens } from '../kit/format';

export const runWords: Readonly<Record<RunNode['status'], string>> = {
  running: 'Running',
  answered: 'Answered',
  partial: 'Partial answer',
  stopped: 'Stopped',
  failed: 'Failed',
  broken: 'Broke off',
};

/** One line for a sub-call: `Sub-call 17, done, 0.80 s, 412 tokens: No limb is lost…` */
export function describeCall(call: CallNode, number: number): string {
  const parts = [`${call.child ? 'Child run' : 'Sub-call'} ${String(number)}`, callState(call)];
  if (call.durationMs !== null) parts.push(formatDuration(call.durationMs));
  if (call.usage && !call.cached)
    parts.push(
      formatTokens(
        call.usage.inputTokens + call.usage.outputTokens,
        call.usage.estimated ? 'estimate' : 'exact',
      ),
    );
  if (call.cached) parts.push('from the record, free');
  if (call.escalations.length > 0) parts.push(`moved up to ${call.escalations.at(-1)?.to.name ?? ''}`);
  if (call.cut) parts.push('cut off at its limit');
  if (call.retries > 0) parts.push(call.retries === 1 ? '1 retry' : `${String(call.retries)} retries`);
  const text = call.problem?.message ?? call.reply ?? call.prompt;
  return `${parts.join(', ')}: ${text.slice(0, 160).replace(/\s+/g, ' ')}`;
}
