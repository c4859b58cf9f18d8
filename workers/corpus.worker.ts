/** Stores, reads and searches documents off the page's thread; what has to be parsed it leaves to readers in the sandbox. */

import { expose, wrap } from 'comlink';
import { Readers } from '../src/adapters/readers/readers';
import type { ReaderPlace } from '../src/adapters/readers/wire';
import { createCorpusApi, type CorpusApi } from '../src/adapters/store/corpus-api';
import { SondeDatabase } from '../src/adapters/store/database';
import { holdLifeLock } from '../src/adapters/worker-host';
import { withOutcomes, type WithOutcomes } from '../src/adapters/worker-outcome';

/** The page's first message carries the port to it. Calls before that wait. */
const place = new Promise<MessagePort>((found) => {
  self.addEventListener('message', function first({ data, ports }: MessageEvent<unknown>) {
    if (data !== 'readers' || !ports[0]) return;
    self.removeEventListener('message', first);
    found(ports[0]);
  });
}).then((port) => wrap<WithOutcomes<ReaderPlace>>(port));

holdLifeLock();
expose(
  withOutcomes(createCorpusApi(new SondeDatabase(), new Readers(place))) satisfies WithOutcomes<CorpusApi>,
);
