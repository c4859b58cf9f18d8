/** What all runs of one tree share: the ledger, the record, the models, and the places for calls in flight. */

import type { ChatModel } from '../ports';
import type { Limits } from './limits';
import { Ledger } from './ledger';
import { Recorder } from './recorder';
import type { RunPorts } from './request';
import { Semaphore } from './semaphore';

/** Child runs side by side over the whole tree, beyond the one every parent may always run. */
const EXTRA_CHILDREN = 6;

export class TreeContext {
  readonly ports: RunPorts;
  readonly limits: Limits;
  readonly root: ChatModel;
  readonly sub: ChatModel;
  readonly ledger: Ledger;
  readonly recorder: Recorder;
  /** Plain sub-calls in flight. Child runs hold no place here, so a deep tree cannot block itself. */
  readonly callPlaces: Semaphore;
  readonly extraChildren = new Semaphore(EXTRA_CHILDREN);

  constructor(ports: RunPorts, limits: Limits, root: ChatModel, sub: ChatModel) {
    this.ports = ports;
    this.limits = limits;
    this.root = root;
    this.sub = sub;
    this.ledger = new Ledger(limits, ports.clock);
    this.recorder = new Recorder(ports.onEvent, ports.clock);
    this.callPlaces = new Semaphore(limits.maxConcurrency);
  }

  /** The model a sub-call asked for by name; null when the tree has none of that name. */
  modelNamed(name: string): ChatModel | null {
    return [this.sub, this.root].find((model) => model.name === name) ?? null;
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
}
