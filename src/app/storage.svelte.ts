/** What this site stores on the device, part by part, and what of it can be removed. */

import { toProblem, type Problem } from '../core/errors';

export type PartId = 'documents' | 'runs' | 'replies' | 'models' | 'python' | 'packages' | 'app';

export interface Part {
  readonly id: PartId;
  readonly bytes: number;
  /** False for an estimate. */
  readonly exact: boolean;
  readonly count: number;
  /** How often something of it was of use; only replies count that. */
  readonly hits?: number;
}

export interface StoragePorts {
  /** @throws SondeError */
  measure(): Promise<readonly Part[]>;
  clear(id: 'replies' | 'models' | 'python' | 'packages'): Promise<void>;
  /** Removes every run that is not under way. @throws SondeError */
  clearRuns(): Promise<void>;
  removeOfflineCopy(): Promise<void>;
  /** After something was removed: what else shows it reads again. */
  onCleared(id: PartId): void;
}

export class StorageState {
  readonly #ports: StoragePorts;
  #phase: 'unread' | 'reading' | 'ready' | 'failed' = $state.raw('unread');
  #parts: readonly Part[] = $state.raw([]);
  #problem: Problem | null = $state.raw(null);
  #clearing: PartId | null = $state.raw(null);
  #measurings = 0;

  constructor(ports: StoragePorts) {
    this.#ports = ports;
  }

  get phase(): 'unread' | 'reading' | 'ready' | 'failed' {
    return this.#phase;
  }
  /** As last measured; kept on the screen while they are measured again. */
  get parts(): readonly Part[] {
    return this.#parts;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  get clearing(): PartId | null {
    return this.#clearing;
  }

  /** Never rejects: trouble is in `problem`. */
  async measure(): Promise<void> {
    const measuring = ++this.#measurings;
    this.#phase = 'reading';
    try {
      const parts = await this.#ports.measure();
      if (measuring !== this.#measurings) return; // asked for again meanwhile: the later one is right
      this.#parts = parts;
      this.#problem = null;
      this.#phase = 'ready';
    } catch (thrown) {
      this.#problem = toProblem(thrown);
      this.#phase = 'failed';
    }
  }

  /** Removes a part, and measures again. Documents are removed in the library, each by itself. */
  async clear(id: Exclude<PartId, 'documents'>): Promise<void> {
    this.#clearing = id;
    let failed: Problem | null = null;
    try {
      if (id === 'runs') await this.#ports.clearRuns();
      else if (id === 'app') await this.#ports.removeOfflineCopy();
      else await this.#ports.clear(id);
      this.#ports.onCleared(id);
    } catch (thrown) {
      failed = toProblem(thrown);
    }
    this.#clearing = null;
    await this.measure();
    this.#problem ??= failed;
  }
}
