/**
 * The line for the GPU. Each loaded model answers one call at a time, in order of arrival; different ones side by side. A
 * call for a model that is not loaded waits until the others are done, and nobody overtakes it, for loading unloads.
 */

import { SondeError, toProblem, type Problem } from '../../../core/errors';
import type { DeviceModel, EngineState, LoadProgress } from '../../../core/models/device';
import { EngineGone, type LoadItem } from './engine-worker';
import { Residency, type ResidencyPorts } from './residency';
import { Ticket } from './ticket';

export class Line {
  readonly #residency: Residency;
  readonly #onChange: () => void;
  readonly #idleMs: number;
  #waiting: Ticket[] = [];
  readonly #running = new Map<string, Ticket>();
  #kept: readonly LoadItem[] = [];
  #loading: { readonly items: readonly LoadItem[]; progress: LoadProgress } | null = null;
  #problem: Problem | null = null;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #state: EngineState = { loaded: [], loading: null, calls: {}, problem: null };

  constructor(ports: ResidencyPorts, onChange: () => void) {
    this.#idleMs = ports.timing.idleMs;
    this.#onChange = onChange;
    this.#residency = new Residency(ports, {
      onProgress: (progress) => {
        if (this.#loading) this.#loading.progress = progress;
        this.#changed();
      },
      onGone: () => {
        this.#pump();
      },
      onAskedToYield: () => this.#yieldGpu(),
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The window a call of this model is answered with, unless it asks for a larger one. In tokens. */
  windowOf(model: DeviceModel): number {
    const kept = this.#kept.find((item) => item.model.id === model.id);
    return kept?.contextTokens ?? model.contextTokens;
  }

  /** Models that are never in memory together take turns with it as if they were one. */
  engineOf(model: DeviceModel): string {
    const together = this.#kept.length > 1 && this.#kept.some((item) => item.model.id === model.id);
    return together ? `gpu ${model.id}` : 'gpu';
  }

  keepTogether(items: readonly LoadItem[]): void {
    this.#kept = items.filter(({ model }, i) => items.findIndex((item) => item.model.id === model.id) === i);
  }

  /** @param first a call that is repeated does not lose its place */
  enter(model: DeviceModel, contextTokens: number, first: boolean): Ticket {
    const ticket = new Ticket(model, contextTokens);
    if (first) this.#waiting.unshift(ticket);
    else this.#waiting.push(ticket);
    this.#pump();
    return ticket;
  }

  /** @param drained resolves when the model has noticed that the call is over; at once when null */
  leave(ticket: Ticket, drained: Promise<void> | null): void {
    this.#waiting = this.#waiting.filter((other) => other !== ticket);
    const free = (): void => {
      if (this.#running.get(ticket.model.id) === ticket) this.#running.delete(ticket.model.id);
      this.#pump();
    };
    if (drained && this.#running.get(ticket.model.id) === ticket) void drained.then(free, free);
    else free();
    const wanted = this.#waiting.some(({ model }) => this.#loading?.items[0]?.model.id === model.id);
    if (this.#loading && !wanted) this.#residency.end('Nobody waits for the model any more.', true);
  }

  /** Remembered for the screen until a call succeeds. */
  report(problem: Problem | null): void {
    this.#problem = problem;
    this.#changed();
  }

  /** Has the engine started anew for the next call: this one is broken. */
  replace(how: string): void {
    this.#residency.end(how, false);
  }

  /** Rejects what waits, ends what runs, frees the GPU. */
  unload(): void {
    const unloaded = new SondeError({
      code: 'interrupted',
      message: 'The models were unloaded from the GPU before this reply was complete.',
      hint: 'Ask again; the model is loaded anew.',
    });
    for (const ticket of this.#waiting) ticket.refuse(unloaded);
    this.#waiting = [];
    this.#residency.end('The models were unloaded.', true);
  }

  #yieldGpu(): boolean {
    const idle = this.#waiting.length === 0 && this.#running.size === 0 && this.#loading === null;
    if (idle) this.unload();
    return idle;
  }

  /** Admits whoever can start, or begins to load what the first in line needs. */
  #pump(): void {
    if (this.#loading === null)
      for (const ticket of [...this.#waiting]) {
        const engine = this.#residency.engineFor(ticket.model.id, ticket.contextTokens);
        if (engine === null) {
          if (this.#running.size === 0) void this.#load(ticket);
          break;
        }
        if (this.#running.has(ticket.model.id)) continue;
        this.#running.set(ticket.model.id, ticket);
        this.#waiting = this.#waiting.filter((other) => other !== ticket);
        ticket.admit(engine);
      }
    this.#changed();
  }

  async #load(ticket: Ticket): Promise<void> {
    const { model } = ticket;
    const kept = this.#kept.find((item) => item.model.id === model.id);
    const asked = this.#waiting.filter((other) => other.model.id === model.id);
    const windows = asked.map((other) => other.contextTokens);
    const contextTokens = Math.max(...windows, kept?.contextTokens ?? 0);
    const others = kept ? this.#kept.filter((item) => item !== kept) : [];
    const items = [{ model, contextTokens }, ...others];
    const start = { phase: 'weights', fraction: 0, text: '' } as const;
    this.#loading = { items, progress: start };
    this.#changed();
    try {
      const apart = await this.#residency.load(items);
      if (apart) this.#kept = [];
      this.#problem = null;
    } catch (error) {
      // Ended from here: those who wait now came after, and have it loaded anew.
      if (!(error instanceof EngineGone)) this.#refuse(model.id, error);
    } finally {
      this.#loading = null;
      this.#pump();
    }
  }

  #refuse(id: string, reason: unknown): void {
    const refused = this.#waiting.filter(({ model }) => model.id === id);
    this.#waiting = this.#waiting.filter((ticket) => !refused.includes(ticket));
    for (const ticket of refused) ticket.refuse(reason);
    this.#problem = toProblem(reason);
  }

  #changed(): void {
    const loading = this.#loading;
    this.#waiting.forEach((ticket, i) => {
      ticket.wait(
        loading?.items[0]?.model.id === ticket.model.id
          ? { ahead: null, text: loadingText(ticket.model, loading.progress) }
          : this.#position(ticket, i),
      );
    });
    const calls: Record<string, number> = {};
    for (const { model } of [...this.#running.values(), ...this.#waiting])
      calls[model.id] = (calls[model.id] ?? 0) + 1;
    const id = loading?.items[0]?.model.id;
    this.#state = {
      loaded: this.#residency.loaded.map(({ model, contextTokens }) => ({ id: model.id, contextTokens })),
      loading: loading && id !== undefined ? { id, progress: loading.progress } : null,
      calls,
      problem: this.#problem,
    };
    this.#restIfIdle();
    this.#onChange();
  }

  #position(ticket: Ticket, i: number): { ahead: number; text: string } {
    const before = [...this.#running.values(), ...this.#waiting.slice(0, i)];
    const loaded = this.#residency.engineFor(ticket.model.id, ticket.contextTokens) !== null;
    const ahead = loaded ? before.filter(({ model }) => model.id === ticket.model.id).length : before.length;
    return { ahead, text: ahead === 1 ? 'One call before this one.' : `${ahead} calls before this one.` };
  }

  #restIfIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#waiting.length > 0 || this.#running.size > 0 || this.#loading) return;
    if (this.#residency.loaded.length === 0) return;
    this.#idleTimer = setTimeout(() => {
      this.unload();
    }, this.#idleMs);
  }
}

function loadingText({ label }: DeviceModel, { phase, fraction }: LoadProgress): string {
  const what = phase === 'weights' ? 'weights' : 'shaders';
  return `Loading ${label} into the GPU: ${what}, ${Math.round(fraction * 100)} %.`;
}
