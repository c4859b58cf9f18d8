/** Models and what moved up to them, in words. */

import type { ModelLabel } from '../../core/record/events';
import type { AsideNode, Escalation } from '../../core/record/tree';
import { costWords } from './cost-words';

export function placeWords({ name, host }: ModelLabel): string {
  return host === null ? `${name}, on this device` : `${name} at ${host}`;
}

/** `Moved up from small to large: small answered with nothing. 200 tokens`. What it took is what the weaker model took. */
export function stepWords({ role, from, to, reason, usage }: Escalation): string {
  const who = role === 'verifier' ? 'The verdict moved up' : 'Moved up';
  const took = costWords({ ...usage, calls: 1 }, null);
  return `${who} from ${from.name} to ${to.name}: ${reason.message}${took && ` It took ${took}.`}`;
}

export const ASIDE_NAMES: Readonly<Record<AsideNode['purpose'], string>> = {
  summary: 'Summary of the turns before',
  best: 'Last request for the best answer',
  verdict: 'Verdict on the answer',
  turn: 'Reply that broke off',
};

/** What came of a request beside the turns, in a line. */
export function asideWords({ purpose, problem, verdict, reply }: AsideNode): string {
  if (problem) return problem.message;
  if (purpose !== 'verdict' || !verdict) return reply.slice(0, 200);
  return verdict.accepted ? 'The evidence bears the answer out.' : `Sent back: ${verdict.reasons}`;
}
