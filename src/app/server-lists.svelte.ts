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

  /**
   * Null when it was not tested since it changed.
   * @param replica the address of another server of the same connection
   */
  test(connectionId: string, replica?: string): ConnectionTest | 'running' | null {
    return this.#tests[testKey(connectionId, replica)] ?? null;
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

  /** Tests all addresses of a connection side by side, then reads the models of the first. */
  async runTest(
    connectionId: string,
    endpoint: Endpoint,
    signal: AbortSignal,
    replicas: readonly Endpoint[] = [],
  ): Promise<void> {
    const test = async (server: Endpoint, key: string) => {
      this.#tests = { ...this.#tests, [key]: 'running' };
      const result = await this.#ask(server, signal);
      if (result) this.#tests = { ...this.#tests, [key]: result };
      return result;
    };
    const [first, ...others] = await Promise.all([
      test(endpoint, testKey(connectionId)),
      ...replicas.map((replica) => test(replica, testKey(connectionId, replica.baseUrl))),
    ]);
    if (first === null || others.includes(null)) this.forget(connectionId);
    else if (first.ok) await this.listModels(connectionId, endpoint, signal);
  }

  /** Null when it was given up. */
  async #ask(server: Endpoint, signal: AbortSignal): Promise<ConnectionTest | null> {
    try {
      return await this.#server.testConnection(server, signal);
    } catch (thrown) {
      return isAbort(thrown) ? null : { ok: false, problem: toProblem(thrown) };
    }
  }

  forget(connectionId: string): void {
    const without = <T>(record: Readonly<Record<string, T>>) =>
      Object.fromEntries(
        Object.entries(record).filter(([key]) => key !== connectionId && !key.startsWith(`${connectionId} `)),
      );
    this.#lists = without(this.#lists);
    this.#tests = without(this.#tests);
  }

  #list(connectionId: string, list: ModelList): void {
    this.#lists = { ...this.#lists, [connectionId]: list };
  }
}

/** One address of one connection. */
function testKey(connectionId: string, replica?: string): string {
  return replica === undefined ? connectionId : `${connectionId} ${replica}`;
}
