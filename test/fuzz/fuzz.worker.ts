/** Tries cases in a thread of its own, so that one that never ends can be ended. */

import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { chosenSeeds } from './seeds';
import { tryCase } from './try-case';

const { only } = v.parse(v.object({ only: v.nullable(v.string()) }), workerData);
const seeds = chosenSeeds(only);
if (!parentPort) throw new Error('this runs in a thread');
const port = parentPort;

// A promise that nobody waits for would take the reader's worker down in the app, too.
process.on('unhandledRejection', (thrown) => {
  port.postMessage({ stray: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
});

port.on('message', (message: unknown) => {
  void tryCase(v.parse(v.number(), message), seeds).then((outcome) => {
    port.postMessage({ outcome });
  });
});
port.postMessage({ ready: seeds.length });
