/** The ways a question can be asked, and what the core makes of the choice, in words. */

import type { WayAsked } from '../../core/record/events';
import type { RunNode } from '../../core/record/tree';
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

/**
 * What was chosen, what will be done and why, or what stands against it.
 * @param plan null while it is not known
 */
export function planWords(asked: WayAsked, plan: WayPlan | null): string {
  const label = WAY_LABELS[asked];
  if (plan === null || asked === 'recurse') return label;
  if ('problem' in plan) return [`${label}:`, plan.problem.message, plan.problem.hint ?? ''].join(' ').trim();
  const { taken, reason } = plan.way;
  if (asked === 'direct') return `${label}. ${reason}`;
  if (plan.fixed) return `${label}: explored by code`;
  return `${label}: ${taken === 'direct' ? 'asked directly' : 'explored by code'}. ${reason}`;
}

/** Which way a run went and why, for its page; null where nothing was decided. */
export function takenWords({ way, settings }: Pick<RunNode, 'way' | 'settings'>): string | null {
  if (!way || !settings || settings.way === 'recurse' || settings.refs.root?.provider === 'reader')
    return null;
  return `${way.taken === 'direct' ? 'Asked directly.' : 'Explored by code.'} ${way.reason}`;
}
