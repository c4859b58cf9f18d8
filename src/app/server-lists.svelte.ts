/** What each connected server said: its models, and how the last test went. Forgotten when the connection changes. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type { ConnectionTest, Endpoint, ListedModel } from '../core/models/servers';
import type { ServerPort } from './model-ports';

export interface ModelList {
  readonly phase: 'unread' | 'loading' | 'ready' | 'failed';
  readonly models: readonly ListedModel[];
  readonly problem: Problem | null;
}

const UNREAD: ModelList = { phase: 'unread', models: [], problem: null };

export class ServerLists {
  readonly #server: ServerPort;
  #lists: Readonly<Record<string, ModelList>> = $state.raw({});
  #tests: Readonly<Record<string, ConnectionTest | 'running'>> = $state.raw({});

  constructor(server: ServerPort) {
    this.#server = server;
  }

  models(connectionId: string): ModelList {
    return this.#lists[connectionId] ?? UNREAD;
  }

  /** Null when it was not tested since it changed. */
  test(connectionId: string): ConnectionTest | 'running' | null {
    return this.#tests[connectionId] ?? null;
  }

  async listModels(connectionId: string, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    this.#list(connectionId, { ...this.models(connectionId), phase: 'loading', problem: null });
    try {
      const models = await this.#server.listModels(endpoint, signal);
      this.#list(connectionId, { phase: 'ready', models, problem: null });
    } catch (thrown) {
      const problem = isAbort(thrown) ? null : toProblem(thrown);
      this.#list(connectionId, { phase: problem ? 'failed' : 'unread', models: [], problem });
    }
  }

  async runTest(connectionId: string, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    this.#tests = { ...this.#tests, [connectionId]: 'running' };
    let result: ConnectionTest;
    try {
      result = await this.#server.testConnection(endpoint, signal);
    } catch (thrown) {
      if (isAbort(thrown)) {
        this.forget(connectionId);
        return;
      }
      result = { ok: false, problem: toProblem(thrown) };
    }
    this.#tests = { ...this.#tests, [connectionId]: result };
    if (result.ok) await this.listModels(connectionId, endpoint, signal);
  }

  forget(connectionId: string): void {
    const without = <T>(record: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(record).filter(([id]) => id !== connectionId));
    this.#lists = without(this.#lists);
    this.#tests = without(this.#tests);
  }

  #list(connectionId: string, list: ModelList): void {
    this.#lists = { ...this.#lists, [connectionId]: list };
  }
}
