/**
 * The page's end of the engine's worker: the handler's own messages as calls that reject when the worker dies. The
 * package has such a client too, but importing it brings the whole engine into the page, and it waits for ever for a
 * worker that is gone.
 */

import type {
  ChatCompletionChunk,
  ChatCompletionRequestStreaming,
  InitProgressReport,
  WorkerRequest,
  WorkerResponse,
} from '@mlc-ai/web-llm';
import type { DeviceModel } from '../../../core/models/device';
import { watchLife } from '../../worker-host';
import { EngineFailure } from './failures';
import { engineConfig, windowOptions } from './model-records';

/** Why a worker is gone: it died, hung, or was ended from here. */
export class EngineGone extends Error {
  override readonly name = 'EngineGone';
  /** Ended because somebody wanted it so; otherwise what it was doing can be done again in a new one. */
  readonly wanted: boolean;

  constructor(how: string, wanted = false) {
    super(how);
    this.wanted = wanted;
  }
}

export interface LoadItem {
  readonly model: DeviceModel;
  readonly contextTokens: number;
}

type Kind = WorkerRequest['kind'];

interface Pending {
  readonly resolve: (content: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export class EngineWorker {
  readonly #worker: Worker;
  readonly #onProgress: (report: InitProgressReport) => void;
  readonly #pending = new Map<string, Pending>();
  readonly #gone = new AbortController();
  #loaded: readonly LoadItem[] = [];

  constructor(start: () => Worker, onProgress: (report: InitProgressReport) => void) {
    this.#worker = start();
    this.#onProgress = onProgress;
    const die = (how: string) => () => {
      this.end(new EngineGone(how));
    };
    watchLife(this.#worker, this.#gone.signal, () => undefined, die('The browser ended the worker.'));
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorkerResponse | string>) => {
      if (typeof data !== 'string') this.#receive(data); // the string is the name of its life lock
    });
    this.#worker.addEventListener('messageerror', die('The worker sent something unreadable.'));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault(); // it is reported through the calls it breaks
      this.end(new EngineGone(event.message || 'The worker could not be loaded.'));
    });
  }

  /** Aborted with an `EngineGone` when the worker is no more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * Puts these models, and no others, into GPU memory. All of them are there when it resolves: a reload that was cut
   * short by an unload resolves without a word, so each is asked for.
   * @throws EngineFailure, EngineGone
   */
  async load(items: readonly LoadItem[]): Promise<void> {
    const ids = items.map(({ model }) => model.id);
    const windows = items.map(({ contextTokens }) => windowOptions(contextTokens));
    this.#send('setLogLevel', 'ERROR', '');
    this.#send('setAppConfig', engineConfig(items.map(({ model }) => model)), '');
    this.#loaded = [];
    await this.#call('reload', { modelId: ids, chatOpts: windows });
    this.#loaded = items;
    for (const id of ids) await this.message(id);
  }

  /** The text of the model's last reply as its own history has it. @throws EngineFailure when it is not loaded */
  async message(id: string): Promise<string> {
    return (await this.#call('getMessage', { modelId: id })) as string; // what the handler answers this kind with
  }

  /**
   * Starts a reply. Nothing is computed before the first `next`. `return` ends it at the next token, and resolves when
   * the model is free again; unlike the engine's own interrupt it leaves other models' replies alone.
   */
  async stream(request: ChatCompletionRequestStreaming): Promise<ReplyStream> {
    const streamId = crypto.randomUUID();
    await this.#call('chatCompletionStreamInit', {
      request,
      selectedModelId: request.model ?? '',
      streamId,
      modelId: this.#loaded.map(({ model }) => model.id),
      chatOpts: this.#loaded.map(({ contextTokens }) => windowOptions(contextTokens)),
    });
    return {
      next: async () => {
        const chunk = await this.#call('completionStreamNextChunk', { streamId });
        return chunk === undefined ? null : (chunk as ChatCompletionChunk); // undefined after the last one
      },
      return: async () => {
        await this.#call('completionStreamReturn', { streamId });
      },
    };
  }

  /** Ends the worker and frees what it had on the GPU; everything pending rejects with `reason`. */
  end(reason: EngineGone): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort(reason);
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #call(kind: Kind, content: WorkerRequest['content']): Promise<unknown> {
    if (this.#gone.signal.aborted) return Promise.reject(this.#gone.signal.reason as EngineGone);
    const uuid = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.#pending.set(uuid, { resolve, reject });
      this.#send(kind, content, uuid);
    });
  }

  #send(kind: Kind, content: WorkerRequest['content'], uuid: string): void {
    this.#worker.postMessage({ kind, uuid, content } satisfies WorkerRequest);
  }

  #receive(response: WorkerResponse): void {
    switch (response.kind) {
      case 'initProgressCallback':
        this.#onProgress(response.content);
        return;
      case 'heartbeat':
        return;
      case 'return':
      case 'throw': {
        const pending = this.#pending.get(response.uuid);
        this.#pending.delete(response.uuid);
        if (response.kind === 'return') pending?.resolve(response.content);
        else pending?.reject(EngineFailure.from(response.content));
      }
    }
  }
}

export interface ReplyStream {
  /** The next chunk, or null after the last one. @throws EngineFailure, EngineGone */
  next(): Promise<ChatCompletionChunk | null>;
  return(): Promise<void>;
}
