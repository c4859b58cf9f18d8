/** `window.sonde`: the same loop, library and record as the screen, for evaluation scripts and automation. */

import type { AnswerFormat } from '../core/answer/evidence';
import type { Library } from '../core/corpus/library';
import type { DisclosureReport } from '../core/disclosure/export';
import { SondeError, type Problem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import type { RunStatus } from '../core/record/events';
import { foldRun } from '../core/record/fold';
import type { RunStore } from '../core/record/run-store';
import type { RunTree } from '../core/record/tree';
import { checkLimits } from '../core/run/limit-check';
import { checkGuard } from '../core/run/output-guard';
import { DEFAULT_LIMITS, type Limits } from '../core/run/limits';
import type { Follows, RunRequest } from '../core/run/request';
import type { Session, SessionRequest } from '../core/run/session';
import { readOwn } from './own-options';
import type { AnswerMarkup } from './answer-files';
import type { Conversations } from './conversations';
import type { PackagesState } from './packages.svelte';
import type { RunAgain } from './run-again';
import { resolveContext } from './scripting-context';
import { rerunApi } from './scripting-reruns';
import { connectRoles } from './scripting-models';
import type {
  Completion,
  CompletionOptions,
  GivenContext,
  ReplHandle,
  ReplOptions,
  ReplRun,
  Sonde,
} from './scripting-api';

/** What the scripting API is built on; `compose.ts` provides it. */
export interface ScriptingPorts {
  readonly library: Library;
  readonly runs: RunStore;
  readonly answerMarkup: AnswerMarkup;
  readonly removeRun: (id: string) => Promise<void>;
  /** Null when there is no such run. */
  readonly disclose: (id: string) => Promise<DisclosureReport | null>;
  readonly packages: Pick<
    PackagesState,
    'load' | 'allow' | 'revoke' | 'setBaseUrl' | 'refresh' | 'kept' | 'remove'
  >;
  /** @throws SondeError `model-unavailable` */
  readonly connect: (ref: ModelRef) => Promise<ChatModel>;
  readonly again: RunAgain;
  readonly openSession: (request: SessionRequest) => Promise<Session>;
  readonly conversations: Pick<Conversations, 'follow' | 'giveBack'>;
  /** Starts a run as the screen does; resolves with its end and its folded tree. */
  readonly start: (
    request: RunRequest,
    options: Pick<CompletionOptions, 'signal' | 'onEvent' | 'save'>,
  ) => Promise<{
    tree: RunTree | null;
    status: RunStatus;
    answer: string;
    problem: Problem | null;
    durationMs: number;
    runId: string;
  }>;
}

export function createScripting(ports: ScriptingPorts): Sonde {
  return {
    completion: (context, options) => completion(ports, context, options),
    repl: (context = '', options = {}) => openRepl(ports, context, options),
    corpora: {
      import: async (files, options = {}) => {
        const list = Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
        const { corpus, documents, summary } = await ports.library.import(list, options);
        return {
          id: corpus.id,
          documents: documents.map(({ id, name, chars, problem }) => ({
            id,
            name,
            chars,
            ...(problem && { problem: problem.message }),
          })),
          ...summary,
        };
      },
      list: () => ports.library.list(),
      documents: (id) => ports.library.documents(id),
      text: (documentId) => ports.library.text(documentId),
      structure: (documentId) => ports.library.structure(documentId),
      unlock: (documentId, password) => ports.library.unlock(documentId, password),
      exportFile: (id) => ports.library.exportCorpus(id),
      importFile: (file) => ports.library.importCorpus(file),
      remove: (id) => ports.library.remove(id),
    },
    runs: {
      list: () => ports.runs.list(),
      get: async (id) => {
        const tree = foldRun(await ports.runs.events(id));
        return tree && structuredClone({ ...tree.run, usage: tree.usage, totals: tree.totals });
      },
      disclosure: (id) => ports.disclose(id),
      answer: (id, format = 'markdown') => answerText(ports, id, format),
      remove: (id) => ports.removeRun(id),
      ...rerunApi({
        again: ports.again,
        context: (given) => resolveContext(ports.library, given),
        completionOf,
      }),
    },
    packages: packagesApi(ports.packages),
  };
}

/** @throws SondeError `invalid-argument` for a format there is none of */
async function answerText(ports: ScriptingPorts, id: string, format: AnswerFormat): Promise<string | null> {
  const tree = foldRun(await ports.runs.events(id));
  const { isAnswerFormat, makeAnswerFile } = await import('./answer-files');
  if (!isAnswerFormat(format)) throw invalid('The format of an answer is markdown, html or json.');
  return tree && (await makeAnswerFile(tree, format, ports.library, ports.answerMarkup)).text;
}

function packagesApi(packages: ScriptingPorts['packages']): Sonde['packages'] {
  return {
    allow: async ({ baseUrl } = {}) => {
      await packages.load();
      if (baseUrl !== undefined) packages.setBaseUrl(baseUrl);
      packages.allow();
    },
    revoke: async () => {
      await packages.load();
      packages.revoke();
    },
    list: async () => {
      await packages.refresh();
      return structuredClone([...(packages.kept ?? [])]);
    },
    remove: (name) => packages.remove(name),
  };
}

/** Resolves for every way a run can end. @throws SondeError `invalid-argument` for arguments that make no sense */
async function completion(
  ports: ScriptingPorts,
  given: GivenContext,
  options: CompletionOptions,
): Promise<Completion> {
  const { question, signal, onEvent, save, guard } = options;
  if (question !== undefined && typeof question !== 'string') throw invalid('question must be a string.');
  const limits = mergeLimits(options.limits);
  if (guard) checkGuard(guard);
  const own = readOwn(options);
  const models = await connectRoles(options, ports.connect);
  const { context, corpus } = await resolveContext(ports.library, given);
  const follows = await followed(ports, options.follows);
  const asks = question !== undefined && question.trim() !== '' ? question : null;
  if (asks === null && context.chars === 0)
    throw invalid('There is nothing to ask: give a question, or a context that asks one.');
  const asked = { question: asks, context, corpus, limits, follows, ...models, ...own };
  const request: RunRequest = guard ? { ...asked, guard } : asked;
  const hooks = {
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
    ...(save !== undefined && { save }),
  };
  const ended = ports.start(request, hooks).catch((thrown: unknown) => {
    if (follows) ports.conversations.giveBack(follows, save !== false);
    throw thrown;
  });
  return completionOf(await ended);
}

/** What a question goes on with. @throws SondeError `invalid-argument` when it cannot */
async function followed(ports: ScriptingPorts, runId: unknown): Promise<Follows | null> {
  if (runId === undefined) return null;
  if (typeof runId !== 'string') throw invalid('follows must be the id of a run.');
  return ports.conversations.follow(runId);
}

type Ended = Awaited<ReturnType<ScriptingPorts['start']>>;

function completionOf({ tree, answer, status, problem, durationMs, runId }: Ended): Completion {
  return {
    response: answer,
    status,
    ...(problem && { reason: `${problem.code}: ${problem.message}` }),
    usage: structuredClone(tree?.usage ?? {}),
    executionTimeMs: durationMs,
    runId,
  };
}

async function openRepl(
  ports: ScriptingPorts,
  given: GivenContext,
  options: ReplOptions,
): Promise<ReplHandle> {
  const limits = mergeLimits(options.limits);
  const { tools = [] } = readOwn(options);
  const sub = await ports.connect(options.sub ?? { provider: 'reader' });
  const { context } = await resolveContext(ports.library, given);
  const session = await ports.openSession({ context, sub, limits, tools });
  let running: AbortController | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (code, { timeoutS = limits.cellTimeoutS } = {}) => {
      // One interpreter runs one cell at a time: a second call waits for the first.
      const result = last.then(async () => {
        running = new AbortController();
        return toReplRun(await session.run(code, running.signal, timeoutS * 1000));
      });
      last = result.catch(() => undefined);
      return result;
    },
    interrupt: () => running?.abort(),
    close: () => {
      running?.abort();
      session.close();
    },
  };
}

function toReplRun(result: Awaited<ReturnType<Session['run']>>): ReplRun {
  const { stdout, stderr, echo, error, finalAnswer, variables, interrupted, durationMs } = result;
  const named = error && { type: error.type, message: error.message };
  return {
    stdout,
    stderr,
    echo,
    error: named,
    finalAnswer,
    variables,
    interrupted,
    executionTimeMs: durationMs,
  };
}

function mergeLimits(given: Partial<Limits> = {}): Limits {
  // A script may hand over anything.
  if (typeof given !== 'object' || (given as unknown) === null)
    throw invalid('limits must be an object, e.g. { maxDepth: 2 }.');
  const unknown = Object.keys(given).filter((name) => !(name in DEFAULT_LIMITS));
  if (unknown.length > 0) throw invalid(`There is no limit called ${unknown.join(', ')}.`);
  const limits = { ...DEFAULT_LIMITS, ...given };
  checkLimits(limits);
  return limits;
}

function invalid(message: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message });
}
