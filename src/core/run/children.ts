/** How a run starts its children: a level deeper, with the text they were given as context, the tree shared. */

import { textContext } from '../corpus/context';
import { OutputGate } from './guard';
import type { RunOutcome } from './request';
import type { RunScope } from './run-scope';
import type { StartChild } from './subcall-scope';

/** @param run the loop itself, passed in so that it can start itself without importing itself */
export function childStarter(parent: RunScope, run: (scope: RunScope) => Promise<RunOutcome>): StartChild {
  return async ({ question, text, root, parentCallId, tally }, signal) => {
    const child: RunScope = {
      ...parent,
      runId: parent.tree.rerun?.childId(parentCallId) ?? parent.tree.ports.newId(),
      parentCallId,
      depth: parent.depth + 1,
      question,
      context: textContext(text),
      corpus: null,
      root,
      tally,
      follows: null,
      direct: null,
      about: null,
      signal,
    };
    if (question === null) return run(child);
    // The child has not begun: what the gate does is recorded with its parent.
    const gate = new OutputGate({ ...child, runId: parent.runId });
    return run({ ...child, question: await gate.passQuestion(question, parentCallId) });
  };
}
