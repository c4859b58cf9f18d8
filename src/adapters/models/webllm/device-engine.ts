/** The one engine of this page, and models on this device as `ChatModel`s over it. */

import { SondeError, toProblem } from '../../../core/errors';
import type {
  DeviceEngine,
  DeviceModel,
  EngineModelOptions,
  GpuOwnership,
} from '../../../core/models/device';
import type { ChatEvent, ChatMessage, ChatModel, ChatOptions } from '../../../core/ports';
import { type ChatConfig, keptChatConfig } from './chat-config';
import { EngineGone } from './engine-worker';
import { EngineFailure, isKnown, meansLost, toEngineError } from './failures';
import { generate } from './generation';
import { Line } from './line';
import { promptTokens, replyRequest } from './reply-request';
import { DEFAULT_TIMING, type EngineTiming } from './timing';

export interface DeviceEnginePorts {
  /** Whether all files of the model are on this device; one that is not is refused, never fetched on the way. */
  readonly isKept: (model: DeviceModel) => Promise<boolean>;
  /** Who may load models when several tabs are open; this tab does not ask when absent. */
  readonly gpu?: GpuOwnership;
  readonly timing?: Partial<EngineTiming>;
  /** For tests: a worker that speaks as the engine's does. */
  readonly startWorker?: () => Worker;
}

/** Cheap: no worker is started and nothing is loaded before a model is first called. */
export function createDeviceEngine(ports: DeviceEnginePorts): DeviceEngine {
  const timing = { ...DEFAULT_TIMING, ...ports.timing };
  const listeners = new Set<() => void>();
  const { isKept, gpu, startWorker = startEngineWorker } = ports;
  const line = new Line({ isKept, startWorker, timing, ...(gpu && { gpu }) }, () => {
    for (const listener of listeners) listener();
  });
  return {
    get state() {
      return line.state;
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    model: (model, options = {}) => new DeviceChatModel(line, timing, model, options),
    keepTogether(models) {
      line.keepTogether(
        models.map(({ model, contextTokens }) => ({
          model,
          contextTokens: contextTokens ?? model.contextTokens,
        })),
      );
    },
    async load(model, signal, options = {}) {
      signal.throwIfAborted();
      const ticket = line.enter(model, options.contextTokens ?? line.windowOf(model), false);
      try {
        const waiting = ticket.untilAdmitted(signal);
        while (!(await waiting.next()).done);
      } finally {
        line.leave(ticket, null);
      }
    },
    unload: () => {
      line.unload();
      return Promise.resolve();
    },
  };
}

function startEngineWorker(): Worker {
  return new Worker(new URL('../../../../workers/webllm.worker.ts', import.meta.url), {
    type: 'module',
    name: 'webllm',
  });
}

class DeviceChatModel implements ChatModel {
  readonly name: string;
  readonly host = null;
  readonly price = { input: 0, output: 0 };
  readonly shapes = ['turn', 'json'] as const;
  readonly #line: Line;
  readonly #timing: EngineTiming;
  readonly #model: DeviceModel;
  readonly #options: EngineModelOptions;
  /** Found not to compile once; it will not the next time. */
  #grammarFails = false;
  #config: ChatConfig | null | undefined;

  constructor(line: Line, timing: EngineTiming, model: DeviceModel, options: EngineModelOptions) {
    this.name = model.id;
    this.#line = line;
    this.#timing = timing;
    this.#model = model;
    this.#options = options;
  }

  get contextTokens(): number {
    return this.#options.contextTokens ?? this.#line.windowOf(this.#model);
  }

  get engine(): string {
    return this.#line.engineOf(this.#model);
  }

  async *complete(
    messages: readonly ChatMessage[],
    options: ChatOptions,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent> {
    signal.throwIfAborted();
    for (let attempt = 1, restarted = false; ; attempt++) {
      try {
        yield* this.#once(messages, options, signal, attempt > 1);
        this.#line.report(null);
        return;
      } catch (error) {
        signal.throwIfAborted();
        const again = this.#anotherTry(error, options, restarted);
        if (again === null) throw this.#asProblem(error, restarted);
        restarted ||= again.restart;
        yield { type: 'retry', attempt, delayMs: 0, reason: again.reason, code: 'gpu-lost' };
      }
    }
  }

  async *#once(
    messages: readonly ChatMessage[],
    options: ChatOptions,
    signal: AbortSignal,
    first: boolean,
  ): AsyncGenerator<ChatEvent> {
    const { contextTokens } = this;
    const isTurn = options.shape?.kind === 'turn';
    const grammar = this.#options.grammar !== false && !this.#grammarFails;
    const ticket = this.#line.enter(this.#model, contextTokens, first);
    let drained: Promise<void> | null = null;
    try {
      const worker = yield* ticket.untilAdmitted(signal);
      this.#config ??= await keptChatConfig(this.#model);
      const facts = { modelId: this.#model.id, contextTokens, config: this.#config, grammar };
      yield* generate({
        worker,
        request: replyRequest(messages, options, facts),
        promptTokens: promptTokens(messages),
        verbatim: isTurn,
        cutAfterBlock: isTurn && !grammar,
        label: this.#model.label,
        timing: this.#timing,
        signal,
        onLeft: (left) => {
          drained = left;
        },
      });
    } finally {
      this.#line.leave(ticket, drained);
    }
  }

  /** What to do differently after a failure, or null when nothing would help. */
  #anotherTry(
    error: unknown,
    { shape }: ChatOptions,
    restarted: boolean,
  ): { readonly reason: string; readonly restart: boolean } | null {
    if (error instanceof EngineGone && !error.wanted && !restarted)
      return { reason: `${error.message} The model is loaded again.`, restart: true };
    if (!(error instanceof EngineFailure)) return null;
    const isGrammar = isKnown(error) && toEngineError(error, this.#facts()).code === 'grammar';
    if (isGrammar && shape?.kind === 'turn' && !this.#grammarFails) {
      this.#grammarFails = true;
      const reason =
        'The grammar for turns did not compile for this model; it writes without, and is cut off after its first block.';
      return { reason, restart: false };
    }
    const broken = meansLost(error) || !isKnown(error);
    if (!broken) return null;
    this.#line.replace('The engine failed.');
    if (restarted) return null;
    const reason = meansLost(error)
      ? 'The browser took the GPU away. The model is loaded again.'
      : `The engine failed (${error.message.slice(0, 200)}). The model is loaded again.`;
    return { reason, restart: true };
  }

  #asProblem(error: unknown, restarted: boolean): unknown {
    const problem = this.#problemOf(error, restarted);
    if (problem instanceof SondeError) {
      if (problem.code === 'silent') this.#line.replace(problem.message);
      this.#line.report(toProblem(problem));
    }
    return problem;
  }

  #problemOf(error: unknown, restarted: boolean): unknown {
    const lost = new EngineFailure('ModelNotLoadedError', 'The models are gone from the GPU.');
    if (error instanceof EngineFailure) return toEngineError(error, this.#facts());
    if (error instanceof EngineGone) {
      if (!error.wanted) return toEngineError(lost, this.#facts());
      return new SondeError({
        code: 'interrupted',
        message: `${this.#model.label} was unloaded from the GPU before its reply was complete.`,
        hint: 'Ask again; the model is loaded anew.',
      });
    }
    // Loading it again is what failed: the reason is that the GPU was lost before.
    const noRoom = error instanceof SondeError && error.code === 'gpu-memory';
    return restarted && noRoom ? toEngineError(lost, this.#facts()) : error;
  }

  #facts() {
    const { label } = this.#model;
    return { label, contextTokens: this.contextTokens, phase: 'call' } as const;
  }
}
