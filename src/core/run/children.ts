/** How a run starts its children: a level deeper, with the text they were given as context, the tree shared. */

import { textContext } from '../corpus/context';
import type { RunOutcome } from './request';
import type { RunScope } from './run-scope';
import type { StartChild } from './subcalls';

/** @param run the loop itself, passed in so that it can start itself without importing itself */
export function childStarter(parent: RunScope, run: (scope: RunScope) => Promise<RunOutcome>): StartChild {
  return ({ question, text, root, parentCallId, tally }, signal) =>
    run({
      ...parent,
      runId: parent.tree.ports.newId(),
      parentCallId,
      depth: parent.depth + 1,
      question,
      context: textContext(text),
      corpus: null,
      root,
      tally,
      signal,
    });
}
