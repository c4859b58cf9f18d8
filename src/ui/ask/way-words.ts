/** The ways a question can be asked, and what the core makes of the choice, in words. */

import type { WayAsked } from '../../core/record/events';
import type { WayPlan } from '../../app/way-plan';

export const WAY_LABELS: Readonly<Record<WayAsked, string>> = {
  auto: 'Automatic',
  recurse: 'Recurse',
  direct: 'Directly',
};

export const WAY_HINTS: Readonly<Record<WayAsked, string>> = {
  auto: 'Short documents are put before the root model as they are, where that shows them to nobody new; longer ones are explored by code.',
  recurse:
    'The root model writes code that explores the documents, and puts questions about parts to the sub-model.',
  direct: 'The root model is shown the documents themselves, all of them, with the question.',
};

/** What will be done and why, or what stands against it. */
export function planWords(plan: WayPlan, asked: WayAsked): string {
  if ('problem' in plan) return [plan.problem.message, plan.problem.hint ?? ''].join(' ').trim();
  const { taken, reason } = plan.way;
  if (asked !== 'auto') return reason;
  return `${taken === 'direct' ? 'It will be asked directly.' : 'It will recurse.'} ${reason}`;
}
