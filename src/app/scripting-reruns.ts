/** `sonde.runs` beyond the record itself: logs out and in, resume, replay. */

import type { RunTree } from '../core/record/tree';
import type { RunOutcome } from '../core/run/request';
import type { GivenContextSource } from './reruns';
import type { RunAgain } from './run-again';
import type { RunView } from './run-view.svelte';
import type { Completion, GivenContext, Sonde } from './scripting-api';

export interface RerunScriptPorts {
  readonly again: RunAgain;
  /** @throws SondeError `invalid-argument` or `empty` */
  readonly context: (given: GivenContext) => Promise<GivenContextSource>;
  readonly completionOf: (outcome: RunOutcome & { readonly tree: RunTree | null }) => Completion;
}

type RerunApi = Pick<Sonde['runs'], 'exportJsonl' | 'importJsonl' | 'resume' | 'replay'>;

export function rerunApi({ again, context, completionOf }: RerunScriptPorts): RerunApi {
  const ended = async (view: RunView): Promise<Completion> => {
    const outcome = await view.outcome;
    if (!outcome) throw new Error('a run that was just started has no outcome');
    return completionOf({ ...outcome, tree: view.tree });
  };
  return {
    exportJsonl: (id) => again.exportLog(id),
    importJsonl: async (text) => (await again.importLog(text, 'a script'))[0],
    resume: async (id, { signal, onEvent, ...given } = {}) => {
      const hooks = { unattended: true, ...(signal && { signal }), ...(onEvent && { onEvent }) };
      return ended(await again.resume(id, given, hooks));
    },
    replay: async (id, { signal, onEvent, save = true, context: given } = {}) => {
      const hooks = { unattended: true, save, ...(signal && { signal }), ...(onEvent && { onEvent }) };
      const replay = await again.replay(id, given === undefined ? null : await context(given), hooks);
      const completion = await ended(replay.view);
      return { ...completion, differences: await again.differences(replay) };
    },
  };
}
