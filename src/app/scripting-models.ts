/** The models a script asks with: all roles and their ladders, read from its options, connected, and named for the record. */

import * as v from 'valibot';
import { SondeError } from '../core/errors';
import { modelRefSchema, recordedRef, type ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import type { RoleRefs, WayAsked } from '../core/record/events';
import type { RunRequest } from '../core/run/request';

/** Models to move up to when one fails, says nothing or fails its check; weakest first. */
export interface LadderRefs {
  readonly root?: readonly ModelRef[];
  readonly sub?: readonly ModelRef[];
  readonly verifier?: readonly ModelRef[];
}

export interface RoleOptions {
  readonly root: ModelRef;
  /** The root model when absent. */
  readonly sub?: ModelRef;
  /** Judges the answer by its evidence before it is given, and may send it back once; nobody does when absent. */
  readonly verifier?: ModelRef;
  readonly ladders?: LadderRefs;
  /**
   * `recurse` (when absent): the text stays in the REPL. `direct`: it is put before the root model. `auto`: direct where it
   * is short and that shows it to no other host.
   */
  readonly way?: WayAsked;
  /** Whether recorded replies to the same sub-calls are taken; true when absent. */
  readonly cache?: boolean;
}

type AskedModels = Pick<RunRequest, 'root' | 'sub' | 'verifier' | 'ladders' | 'way' | 'cache' | 'refs'>;

const ROLES = ['root', 'sub', 'verifier'] as const;
const WAYS: readonly unknown[] = ['auto', 'direct', 'recurse'] satisfies WayAsked[];

/** @throws SondeError `invalid-argument` naming the option that makes no sense, or what `connect` throws */
export async function connectRoles(
  options: RoleOptions,
  connect: (ref: ModelRef) => Promise<ChatModel>,
): Promise<AskedModels> {
  const { root, sub, verifier, way, cache } = options;
  if (way !== undefined && !WAYS.includes(way)) throw invalid('way must be "auto", "direct" or "recurse".');
  if (cache !== undefined && typeof cache !== 'boolean') throw invalid('cache must be true or false.');
  const ladders = readLadders(options.ladders, verifier !== undefined);
  const judge = verifier === undefined ? null : readRef(verifier, 'verifier');
  if (judge?.provider === 'reader')
    throw invalid(
      'verifier cannot be the built-in reader: it finds passages, and judges nothing. Name a model.',
    );
  const connectAll = (refs: readonly ModelRef[]) => Promise.all(refs.map(connect));
  const rootModel = await connect(readRef(root, 'root'));
  return {
    root: rootModel,
    sub: sub === undefined ? rootModel : await connect(readRef(sub, 'sub')),
    verifier: judge && (await connect(judge)),
    ladders: {
      root: await connectAll(ladders.root),
      sub: await connectAll(ladders.sub),
      verifier: await connectAll(ladders.verifier),
    },
    refs: refsOf(root, sub ?? root, judge, ladders),
    ...(way !== undefined && { way }),
    ...(cache !== undefined && { cache }),
  };
}

type Steps = Readonly<Record<(typeof ROLES)[number], readonly ModelRef[]>>;

function readLadders(given: unknown, hasVerifier: boolean): Steps {
  if (given === undefined) return { root: [], sub: [], verifier: [] };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('ladders must be an object with lists of models: { root: […], sub: […], verifier: […] }.');
  const roles: readonly string[] = ROLES;
  const unknown = Object.keys(given).filter((name) => !roles.includes(name));
  if (unknown.length > 0)
    throw invalid(
      `There is no ladder for ${unknown.join(', ')}; there are ladders for root, sub and verifier.`,
    );
  const read = (role: (typeof ROLES)[number]): readonly ModelRef[] => {
    const steps: unknown = Object.entries(given).find(([name]) => name === role)?.[1] ?? [];
    if (!Array.isArray(steps)) throw invalid(`ladders.${role} must be a list of models, weakest first.`);
    return steps.map((step: unknown, at) => readRef(step, `ladders.${role}[${String(at)}]`));
  };
  const ladders = { root: read('root'), sub: read('sub'), verifier: read('verifier') };
  if (!hasVerifier && ladders.verifier.length > 0)
    throw invalid('ladders.verifier has steps, but there is no verifier. Name one, or leave the ladder out.');
  return ladders;
}

function readRef(given: unknown, name: string): ModelRef {
  if (!v.safeParse(modelRefSchema, given).success)
    throw invalid(
      `${name} is no model. Give { provider: "openai", baseUrl, model }, { provider: "webllm", model } or { provider: "reader" }.`,
    );
  return given as ModelRef; // it has just been parsed; what is more in it is for the provider to see
}

/** For the record, so that the run can be resumed. */
function refsOf(root: ModelRef, sub: ModelRef, verifier: ModelRef | null, ladders: Steps): RoleRefs {
  return {
    root: recordedRef(root),
    sub: recordedRef(sub),
    verifier: verifier && recordedRef(verifier),
    rootLadder: ladders.root.map(recordedRef),
    subLadder: ladders.sub.map(recordedRef),
    verifierLadder: ladders.verifier.map(recordedRef),
  };
}

function invalid(message: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message });
}
