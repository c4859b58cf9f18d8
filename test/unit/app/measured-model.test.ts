/** A model on this device whose pace is measured: everything else of it shows through. */

import { expect, it } from 'vitest';
import { measured } from '../../../src/app/device-pace';
import { scriptedModel } from '../../fixtures/scripted-model';

it('shares its engine, or not, as is decided when a run begins', () => {
  let engine = 'gpu';
  const model = Object.defineProperty(scriptedModel({ replies: [] }), 'engine', { get: () => engine });
  const watched = measured(model, { now: () => 0 }, () => undefined);
  expect(watched.engine).toBe('gpu');
  engine = 'gpu Small-0.5B';
  expect(watched.engine).toBe('gpu Small-0.5B');
});
