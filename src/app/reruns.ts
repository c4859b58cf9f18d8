/** What a recorded run needs to be gone through again: its log, its context, its models. */

import type { ContextSource } from '../core/corpus/context';
import type { Library } from '../core/corpus/library';
import { SondeError } from '../core/errors';
import type { ModelRef, RecordedRef } from '../core/models/model-ref';
import { contextTokensOf } from '../core/models/windows';
import type { ChatModel } from '../core/ports';
import type { ModelLabel, RoleRefs, RunEvent } from '../core/record/events';
import type { RunStore } from '../core/record/run-store';
import type { RunNode } from '../core/record/tree';
import { DEFAULT_LIMITS, type Limits } from '../core/run/limits';
import { rerunOf } from '../core/run/recorded-part';
import type { Follows, Rerun, RunRequest } from '../core/run/request';
import { NOT_IN_RECORD } from '../core/run/rerun';

export interface RerunsPorts {
  readonly store: Pick<RunStore, 'events' | 'context'>;
  readonly library: Pick<Library, 'context' | 'list'>;
  /** @throws SondeError `model-unavailable` */
  readonly connect: (ref: ModelRef) => Promise<ChatModel>;
  /** The reference with the key that is at hand for its address. */
  readonly withKey: (ref: RecordedRef) => ModelRef;
  /** What a question needs to go on with a run; see `RunRequest.follows`. */
  readonly follow: (runId: string) => Promise<Follows>;
}

export interface GivenForResume {
  /** In place of the models of the record. */
  readonly root?: ModelRef;
  readonly sub?: ModelRef;
  readonly apiKey?: string;
  readonly limits?: Partial<Limits>;
}

export interface GivenContextSource {
  readonly context: ContextSource;
  readonly corpus: RunRequest['corpus'];
}

export interface Prepared {
  readonly request: RunRequest;
  readonly events: readonly RunEvent[];
  readonly record: RunNode;
}

/** @throws SondeError that says what is missing, and what to do */
export async function prepareResume(
  ports: RerunsPorts,
  id: string,
  given: GivenForResume = {},
): Promise<Prepared> {
  const { rerun, events } = await recorded(ports, 'resume', id);
  const { record } = rerun;
  if (record.status === 'answered')
    throw cannot(
      'This run has its answer: there is nothing to resume.',
      'Ask a follow-up question, or replay it.',
    );
  if (record.imported !== null || record.replays !== null)
    throw cannot(
      'This run was not asked here, so that it cannot go on here.',
      'Ask its question as a new one, or replay it.',
    );
  const { context, corpus } = await contextOf(ports, record, null);
  const models = await modelsOf(ports, record, given);
  const limits = { ...record.limits, ...given.limits };
  if (limits.maxTurns < record.turns.length)
    throw cannot(
      `maxTurns is ${String(limits.maxTurns)}, and this run has had ${String(record.turns.length)} turns.`,
      'Give as many or more.',
    );
  const follows = record.follows === null ? null : await ports.follow(record.follows);
  const asked = { ...settingsOf(record), ...models, question: record.question, context, corpus };
  return { request: { ...asked, limits, follows, rerun }, events, record };
}

/** @throws SondeError that says what is missing, and what to do */
export async function prepareReplay(
  ports: RerunsPorts,
  id: string,
  given: GivenContextSource | null = null,
): Promise<Prepared> {
  const { rerun, events } = await recorded(ports, 'replay', id);
  const { record } = rerun;
  const { context, corpus } = await contextOf(ports, record, given);
  const root = recordedModel(record.root);
  const sub = record.sub.name === record.root.name ? root : recordedModel(record.sub);
  const { gate = false } = record.settings ?? {};
  // What a replay takes was spent when the run was made.
  const unbound = { maxBudgetUsd: null, maxTimeS: null, maxTokens: null, maxSubcalls: null };
  const limits: Limits = { ...DEFAULT_LIMITS, ...record.limits, ...unbound };
  const settings = { ...settingsOf(record), guard: { mode: 'off' } as const, cache: false };
  const before = record.follows === null ? null : await ports.follow(record.follows);
  const verifier = gate ? { verifier: recordedModel({ name: 'verifier', host: null }) } : {};
  const asked = { ...settings, ...verifier, question: record.question, context, corpus, root, sub };
  return { request: { ...asked, limits, follows: before, rerun }, events, record };
}

async function recorded(ports: RerunsPorts, mode: Rerun['mode'], id: string) {
  const events = await ports.store.events(id);
  const rerun = rerunOf(mode, events);
  if (!rerun)
    throw cannot(`There is no run with the id "${id.slice(0, 100)}".`, 'The history names those there are.');
  return { rerun, events };
}

/** How it was asked, the models apart. */
function settingsOf({ settings, way }: RunNode) {
  if (!settings) return { ...(way && { way: way.taken }) };
  const { refs, guard, cache, tools, prompts } = settings;
  return { refs, guard, cache, tools, prompts, way: way?.taken ?? ('recurse' as const) };
}

/** @throws SondeError when it was not kept, or is not what it was */
async function contextOf(
  { store, library }: RerunsPorts,
  { id, context: label }: RunNode,
  given: GivenContextSource | null,
): Promise<GivenContextSource> {
  if (given) return given;
  if (label.corpusId === null) {
    const context = await store.context(id);
    if (context) return { context, corpus: null };
    throw cannot(
      'The documents of this run were not kept with it.',
      'Import them into the library, then choose them as the context.',
    );
  }
  const corpus = (await library.list()).find((one) => one.id === label.corpusId);
  const name = label.corpusName ?? label.corpusId;
  if (!corpus)
    throw cannot(
      `“${name}”, which this run was asked about, was removed since.`,
      'Import it again, then choose it as the context.',
    );
  const context = await library.context(corpus.id);
  const now = new Map(context.documents.map((document) => [document.id, document]));
  const gone = label.documents.filter((document) => now.get(document.id)?.chars !== document.chars);
  if (gone.length > 0 || now.size > label.documents.length) {
    const names = gone
      .map((document) => document.name)
      .slice(0, 3)
      .join(', ');
    const what =
      gone.length > 0
        ? `${names} ${gone.length === 1 ? 'was' : 'were'} removed or changed since`
        : 'documents were added since';
    throw cannot(
      `“${name}” is not what this run was asked about: ${what}.`,
      'Put it back as it was, or ask anew.',
    );
  }
  return { context, corpus: { id: corpus.id, name: corpus.name } };
}

/** @throws SondeError when the record does not say how a model is made, or it cannot be */
async function modelsOf(ports: RerunsPorts, record: RunNode, given: GivenForResume) {
  const refs = record.settings?.refs ?? null;
  const keyed = (ref: RecordedRef): ModelRef => {
    const found = ports.withKey(ref);
    return found.provider === 'openai' && given.apiKey !== undefined && isKeyFor(found, refs)
      ? { ...found, apiKey: given.apiKey }
      : found;
  };
  const one = (role: 'root' | 'sub'): Promise<ChatModel> => {
    const ref = given[role] ?? (refs?.[role] ? keyed(refs[role]) : null);
    if (ref) return ports.connect(ref);
    throw cannot(
      `The record does not say how ${record[role].name} is reached.`,
      `Resume it from a script, with { ${role}: … }.`,
    );
  };
  const many = (ladder: readonly RecordedRef[]) =>
    Promise.all(ladder.map((ref) => ports.connect(keyed(ref))));
  const root = await one('root');
  const sub = sameRef(refs) && !given.sub ? root : await one('sub');
  const verifier = refs?.verifier ? await ports.connect(keyed(refs.verifier)) : null;
  const ladders = {
    root: await many(refs?.rootLadder ?? []),
    sub: await many(refs?.subLadder ?? []),
    verifier: await many(refs?.verifierLadder ?? []),
  };
  return { root, sub, verifier, ladders };
}

/** A given key is for one server: the root model's, or the sub-model's where the root is at none. No other is sent it. */
function isKeyFor({ baseUrl }: { readonly baseUrl: string }, refs: RoleRefs | null): boolean {
  const served = [refs?.root, refs?.sub].find((ref) => ref?.provider === 'openai');
  return served?.provider === 'openai' && originOf(served.baseUrl) === originOf(baseUrl);
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** One model for both roles is one model: its window and its engine are shared. */
function sameRef(refs: RoleRefs | null): boolean {
  return refs !== null && JSON.stringify(refs.root) === JSON.stringify(refs.sub);
}

/** A model of the record: it has a name, and nobody behind it. */
function recordedModel({ name }: ModelLabel): ChatModel {
  return {
    name,
    host: null,
    contextTokens: contextTokensOf(name) ?? 128_000,
    price: null,
    // eslint-disable-next-line require-yield -- it never has anything to say
    async *complete() {
      await Promise.resolve();
      throw new SondeError(NOT_IN_RECORD);
    },
  };
}

function cannot(message: string, hint: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message, hint });
}
