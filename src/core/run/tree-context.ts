/** What all runs of one tree share: the ledger, the record, the models, and the places for calls in flight. */

import type { Problem } from '../errors';
import type { CallOrigin, ChatModel, TokenUsage } from '../ports';
import type { RunSettings } from '../record/events';
import { TokenGauge } from '../turn/tokens';
import { Addresses } from './addresses';
import { throttleNotice } from './connections';
import { mayBePassed, mayBeShown } from './hosts';
import type { Limits } from './limits';
import { Ledger } from './ledger';
import { Recorder, type EarlierLog } from './recorder';
import type { OutputGuard } from './output-guard';
import type { Ladders, RunPorts } from './request';
import type { ReplyCache } from './reply-cache';
import type { RerunCursor } from './rerun';
import { Semaphore } from './semaphore';
import type { Tool } from './tools';

/** Interpreters side by side where nobody says how many the device bears. */
const WIDTH = 8;

/** What a tree is made of; `treeId` is the id of its root run. */
export interface TreeInit {
  readonly treeId: string;
  readonly limits: Limits;
  readonly root: ChatModel;
  readonly sub: ChatModel;
  readonly guard: OutputGuard;
  /** The user's own functions and values, whoever they are offered to; none when absent. */
  readonly tools?: readonly Tool[];
  /** System prompts of the user's own, by tier; none when absent. */
  readonly prompts?: RunSettings['prompts'];
  /** The record this tree goes through; it is asked before anybody else is. */
  readonly rerun?: RerunCursor | null;
  /** Whether kept replies are used; false when absent. */
  readonly cache?: boolean;
  /** The log it goes on with. */
  readonly earlier?: EarlierLog | null;
  /** Models to move up to; none when absent. */
  readonly ladders?: Ladders;
  /** Judges the root run's answer; nobody does when absent or null. */
  readonly verifier?: ChatModel | null;
}

export class TreeContext {
  readonly treeId: string;
  readonly guard: OutputGuard;
  readonly ports: RunPorts;
  readonly limits: Limits;
  readonly root: ChatModel;
  readonly sub: ChatModel;
  readonly tools: readonly Tool[];
  readonly prompts: RunSettings['prompts'];
  readonly ledger: Ledger;
  readonly recorder: Recorder;
  readonly rerun: RerunCursor | null;
  readonly ladders: Ladders;
  /** Judges the root run's answer; null when nobody does. */
  readonly verifier: ChatModel | null;
  /** Null when kept replies are not used. */
  readonly replies: ReplyCache | null;
  /** Plain sub-calls in flight. Child runs hold no place here, so a deep tree cannot block itself. */
  readonly callPlaces: Semaphore;
  /** Child runs side by side over the whole tree, beyond the one every parent may always run. */
  readonly extraChildren: Semaphore;

  /** How many requests connections carry has been told. */
  connectionsTold = false;

  /** The user is asked one thing at a time. */
  readonly reviews = new Semaphore(1);
  readonly #halt = new AbortController();
  #haltProblem: Problem | null = null;
  readonly #gauges = new Map<ChatModel, TokenGauge>();
  readonly #lanes = new Map<string, Semaphore>();
  readonly #addresses = new Map<ChatModel, Addresses>();
  /** Of what is guarded: those of a model's addresses that are at its own host. */
  readonly #guardedAddresses = new Map<ChatModel, Addresses>();

  constructor(ports: RunPorts, init: TreeInit) {
    const { treeId, limits, root, sub, guard } = init;
    this.ports = ports;
    this.treeId = treeId;
    this.limits = limits;
    this.root = root;
    this.sub = sub;
    this.guard = guard;
    this.tools = init.tools ?? [];
    this.prompts = init.prompts ?? {};
    // The root's own interpreter takes a place, and so does the child that needs none of these.
    this.extraChildren = new Semaphore(Math.max(0, (ports.repls.width ?? WIDTH) - 2));
    this.ledger = new Ledger(limits, ports.clock);
    this.recorder = new Recorder(ports.onEvent, ports.clock, init.earlier);
    this.rerun = init.rerun ?? null;
    this.ladders = init.ladders ?? {};
    this.verifier = init.verifier ?? null;
    this.replies = init.cache ? (ports.replies ?? null) : null;
    this.callPlaces = new Semaphore(limits.maxConcurrency);
  }

  /** A model and those it moves up to, weakest first, by the role it has here; under a guard those it may move to. */
  stepsFrom(model: ChatModel, role: 'root' | 'sub'): readonly [ChatModel, ...ChatModel[]] {
    const asRoot = model === this.root && (role === 'root' || model !== this.sub);
    const ladder = asRoot ? this.ladders.root : model === this.sub ? this.ladders.sub : undefined;
    const isKept = asRoot || role === 'root';
    const above = (ladder ?? []).filter((step) =>
      isKept ? mayBeShown(step, model, this.guard) : mayBePassed(step, model, this.root, this.guard),
    );
    return [model, ...above];
  }

  /** Stops every run of the tree, for a reason that is not the user's Stop. */
  halt(problem: Problem): void {
    this.#haltProblem ??= problem;
    this.#halt.abort();
  }

  get halted(): AbortSignal {
    return this.#halt.signal;
  }
  get haltProblem(): Problem | null {
    return this.#haltProblem;
  }

  /** Counts tokens for a model, with what its replies so far have taught. */
  gauge(model: ChatModel): TokenGauge {
    const gauge = this.#gauges.get(model) ?? new TokenGauge(model.contextTokens);
    this.#gauges.set(model, gauge);
    return gauge;
  }

  /** Whether the root model is shown no more than a guard lets by. */
  get guardsRoot(): boolean {
    return this.guard.mode !== 'off' && this.root.host !== null;
  }

  /** Where calls to a model wait their turn when its engine does one at a time; null when they need not. */
  lane({ engine }: ChatModel): Semaphore | null {
    if (engine === undefined) return null;
    const lane = this.#lanes.get(engine) ?? new Semaphore(1);
    this.#lanes.set(engine, lane);
    return lane;
  }

  /** Where calls to a model go: one address or several, each under its own throttle. */
  addresses(model: ChatModel, role: CallOrigin['role']): Addresses {
    const all = model.replicas ?? [model];
    const own = role === 'sub' ? all : all.filter((one) => mayBeShown(one, model, this.guard));
    const kept = own.length < all.length ? this.#guardedAddresses : this.#addresses;
    let addresses = kept.get(model);
    if (!addresses) {
      addresses = new Addresses(own, this.ports.clock, (change, at) => {
        const text = throttleNotice(change, at);
        this.recorder.record({ type: 'notice', runId: this.treeId, turnId: null, code: 'throttled', text });
      });
      kept.set(model, addresses);
    }
    return addresses;
  }

  /**
   * The model a sub-call asked for by name; null when the tree has none of that name. A guarded root cannot be asked
   * by name: what the guard keeps back would reach it in a prompt.
   */
  modelNamed(name: string): ChatModel | null {
    const models = this.guardsRoot ? [this.sub] : [this.sub, this.root];
    return models.find((model) => model.name === name) ?? null;
  }
}

/** The sum of what several calls used. Unpriced parts make the sum unpriced. */
export class UsageTally {
  inputTokens = 0;
  outputTokens = 0;
  costUsd: number | null = 0;
  estimated = false;

  add(usage: {
    inputTokens: number;
    outputTokens: number;
    costUsd: number | null;
    estimated: boolean;
  }): void {
    this.inputTokens += usage.inputTokens;
    this.outputTokens += usage.outputTokens;
    this.costUsd = this.costUsd === null || usage.costUsd === null ? null : this.costUsd + usage.costUsd;
    this.estimated ||= usage.estimated;
  }

  snapshot(): TokenUsage {
    const { inputTokens, outputTokens, costUsd, estimated } = this;
    return { inputTokens, outputTokens, costUsd, estimated };
  }
}
