/** The adapter over the real engine in a scripted worker, opened by each test and closed after it. */

import { afterEach } from 'vitest';
import {
  createDeviceEngine,
  type DeviceEnginePorts,
} from '../../../src/adapters/models/webllm/device-engine';
import type { DeviceEngine } from '../../../src/core/models/device';
import type { ChatEvent } from '../../../src/core/ports';
import { deviceModel } from '../../fixtures/webllm/device-models';
import { direct, type Ask, type Rule } from '../../fixtures/webllm/script';

export const small = deviceModel('Small-0.5B');
export const other = deviceModel('Other-1B');

export interface Bench {
  readonly engine: DeviceEngine;
  /** Started so far. */
  readonly workers: readonly Worker[];
  /** What loads and replies were asked for, in order. */
  readonly loads: () => Extract<Ask, { kind: 'load' }>[];
  readonly replies: () => Extract<Ask, { kind: 'reply' }>[];
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export function bench(rule: Rule, ports: Partial<DeviceEnginePorts> = {}): Bench {
  const script = direct(rule);
  const workers: Worker[] = [];
  const engine = createDeviceEngine({
    isKept: () => Promise.resolve(true),
    startWorker: () => {
      const url = new URL('../../fixtures/webllm/scripted.worker.ts', import.meta.url);
      const worker = new Worker(url, { type: 'module' });
      workers.push(worker);
      return worker;
    },
    ...ports,
  });
  open.push(async () => {
    await engine.unload();
    script.close();
  });
  return {
    engine,
    workers,
    loads: () => script.asked.filter((ask) => ask.kind === 'load'),
    replies: () => script.asked.filter((ask) => ask.kind === 'reply'),
  };
}

export const say = (text: string, more: object = {}) => ({ kind: 'reply' as const, text, ...more });

export const waits = (events: readonly ChatEvent[]) => events.filter((event) => event.type === 'waiting');

export const reasons = (events: readonly ChatEvent[]) =>
  events.flatMap((event) => (event.type === 'retry' ? [event.reason] : []));

/** The code a call fails with, `AbortError`, or `none`. */
export const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { code?: string; name: string }) => (error.name === 'AbortError' ? error.name : error.code),
  );
