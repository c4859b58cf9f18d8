/** Reads, stores and searches documents off the page's thread. */

import { expose } from 'comlink';
import { createCorpusApi, type CorpusApi } from '../src/adapters/store/corpus-api';
import { SondeDatabase } from '../src/adapters/store/database';
import { holdLifeLock } from '../src/adapters/worker-host';
import { withOutcomes, type WithOutcomes } from '../src/adapters/worker-outcome';

holdLifeLock();
expose(withOutcomes(createCorpusApi(new SondeDatabase())) satisfies WithOutcomes<CorpusApi>);
