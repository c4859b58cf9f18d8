/** Which way the next question will be asked, and why, before it is. */

import { toProblem, type Problem } from '../core/errors';
import type { CorpusInfo } from '../core/corpus/library';
import type { WayAsked, WayTaken } from '../core/record/events';
import type { OutputGuard } from '../core/run/output-guard';
import { decideWay } from '../core/run/way';
import type { AskedModels } from './ask-models';

/** `fixed`: the root model knows one way only. `problem`: it cannot be asked the way that was chosen. */
export type WayPlan = { readonly way: WayTaken; readonly fixed: boolean } | { readonly problem: Problem };

export function planWay(
  asked: WayAsked,
  corpus: Pick<CorpusInfo, 'chars'>,
  { root, sub, ladders }: AskedModels,
  guard: OutputGuard,
): WayPlan {
  const context = { kind: 'documents', chars: corpus.chars } as const;
  try {
    const rootSteps = ladders.root.map(({ model }) => model);
    const way = decideWay({ asked, context, root: root.model, sub: sub.model, rootSteps, guard });
    return { way, fixed: root.model.codeOnly === true };
  } catch (thrown) {
    return { problem: toProblem(thrown) };
  }
}
