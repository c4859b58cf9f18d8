/** The models a question is asked with: all roles and their ladders, made from what was chosen. */

import type { Problem } from '../core/errors';
import { recordedRef, type ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import type { RoleRefs } from '../core/record/events';
import type { Ladders } from '../core/run/request';
import type { AskingState, LadderRole } from './asking.svelte';
import type { ModelsState } from './models.svelte';

/** A model with the reference it was made from. */
export interface AskedModel {
  readonly ref: ModelRef;
  readonly model: ChatModel;
}

export interface AskedModels {
  readonly root: AskedModel;
  readonly sub: AskedModel;
  /** Null: nobody judges the answer. */
  readonly verifier: AskedModel | null;
  /** Weakest first. A verifier that is not there has none. */
  readonly ladders: Readonly<Record<LadderRole, readonly AskedModel[]>>;
}

export interface AskedChoices {
  readonly models: Pick<ModelsState, 'root' | 'sub'>;
  readonly asking?: Pick<AskingState, 'verifier' | 'ladder'>;
  /** Builds the model a reference names. @throws SondeError when it cannot be */
  readonly openModel: (ref: ModelRef) => ChatModel;
}

/** @throws SondeError when any of them cannot be made */
export function askedModels({ models, asking, openModel }: AskedChoices): AskedModels {
  const open = (ref: ModelRef): AskedModel => ({ ref, model: openModel(ref) });
  const ladder = (role: LadderRole) => (asking?.ladder(role) ?? []).map(open);
  const judge = asking?.verifier ?? null;
  return {
    root: open(models.root),
    sub: open(models.sub),
    verifier: judge && open(judge),
    ladders: { root: ladder('root'), sub: ladder('sub'), verifier: judge ? ladder('verifier') : [] },
  };
}

/** The part of a request that names its models, and how they are made again. */
export function requestModels({ root, sub, verifier, ladders }: AskedModels) {
  const modelOf = ({ model }: AskedModel) => model;
  const refOf = ({ ref }: AskedModel) => recordedRef(ref);
  return {
    root: root.model,
    sub: sub.model,
    verifier: verifier && verifier.model,
    ladders: {
      root: ladders.root.map(modelOf),
      sub: ladders.sub.map(modelOf),
      verifier: ladders.verifier.map(modelOf),
    } satisfies Ladders,
    refs: {
      root: refOf(root),
      sub: refOf(sub),
      verifier: verifier && refOf(verifier),
      rootLadder: ladders.root.map(refOf),
      subLadder: ladders.sub.map(refOf),
      verifierLadder: ladders.verifier.map(refOf),
    } satisfies RoleRefs,
  };
}

/** What keeps one of them from answering, the first there is; null when nothing does. */
export function hindranceOf(
  { root, sub, verifier, ladders }: AskedModels,
  hindrance: (ref: ModelRef) => Problem | null,
): Problem | null {
  const all = [root, sub, ...(verifier ? [verifier] : []), ...Object.values(ladders).flat()];
  for (const { ref } of all) {
    const problem = hindrance(ref);
    if (problem) return problem;
  }
  return null;
}
