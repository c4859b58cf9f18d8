/** Finds places in documents off the page's thread, and beside the worker that imports them. */

import { expose } from 'comlink';
import { SondeDatabase } from '../src/adapters/store/database';
import { createSearchApi, type SearchApi } from '../src/adapters/store/search-api';
import { holdLifeLock } from '../src/adapters/worker-host';
import { withOutcomes, type WithOutcomes } from '../src/adapters/worker-outcome';

holdLifeLock();
expose(withOutcomes(createSearchApi(new SondeDatabase())) satisfies WithOutcomes<SearchApi>);
