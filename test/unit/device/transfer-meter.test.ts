/** The speed of a download follows what comes, smoothly, and falls when nothing does. */

import { expect, it } from 'vitest';
import { TransferMeter } from '../../../src/adapters/device/transfer-meter';
import type { DownloadProgress } from '../../../src/core/models/device';

function ground(startBytes: number, listedBytes: number) {
  const time = { ms: 0 };
  const told: DownloadProgress[] = [];
  const meter = new TransferMeter(
    startBytes,
    listedBytes,
    () => time.ms,
    (progress) => told.push(progress),
  );
  /** So many bytes a second, in ten parts. */
  const flow = (bytesPerS: number, seconds: number) => {
    for (let i = 0; i < seconds * 10; i++) {
      time.ms += 100;
      if (bytesPerS > 0) meter.add(bytesPerS / 10, 'shard');
      else meter.report();
    }
  };
  return { meter, told, flow, latest: () => told.at(-1) };
}

it('tells the speed from the first second on, without what was kept before', () => {
  const { flow, latest } = ground(500e6, 1000e6);
  flow(10e6, 1);
  expect(latest()?.bytesPerS).toBeCloseTo(10e6, -6);
  expect(latest()?.bytes).toBeGreaterThanOrEqual(509e6);
});

it('follows a change within some seconds, and falls to nothing when nothing comes', () => {
  const { flow, latest } = ground(0, 1000e6);
  flow(10e6, 10);
  flow(2e6, 1);
  expect(latest()?.bytesPerS).toBeGreaterThan(6e6);
  flow(2e6, 15);
  expect(latest()?.bytesPerS).toBeCloseTo(2e6, -6);
  flow(0, 20);
  expect(latest()?.bytesPerS).toBeLessThan(0.1e6);
});

it('never tells more than the whole, and says so only a few times a second', () => {
  const { meter, told, flow, latest } = ground(0, 5e6);
  meter.expect('library', 1e6);
  flow(1e6, 5);
  expect(latest()?.bytesTotal).toBe(6e6);
  flow(1e6, 2);
  meter.report();
  expect(latest()).toMatchObject({ bytes: 7e6, bytesTotal: 7e6 });
  expect(told.length).toBeLessThan(45);
});
