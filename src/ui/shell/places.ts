/** Where each route is shown: which column is in front when there is no room for all, and what the title says. */

import type { App } from '../../app/app.svelte';
import type { Route, Router } from '../../app/router.svelte';
import type { IconName } from '../kit/icons';

/** What is in front below 800 px; between 800 and 1199 px the library stands beside it. */
export type Front = 'library' | 'main' | 'side';

export function frontOf(route: Route): Front {
  switch (route.place) {
    case 'library':
    case 'corpus':
      return 'library';
    case 'document':
      return 'side';
    case 'run':
      return route.nodeId === null ? 'main' : 'side';
    case 'home':
    case 'ask':
    case 'models':
    case 'history':
    case 'settings':
    case 'record':
    case 'unknown':
      return 'main';
  }
}

/** Pages take the room of Ask and Trace together. */
export function isPage(route: Route): boolean {
  return ['models', 'history', 'settings', 'record'].includes(route.place);
}

/** What stands in the right column: a document, a run's trace, or nothing. */
export function sideOf(route: Route): 'document' | 'trace' | null {
  if (route.place === 'document') return 'document';
  return route.place === 'run' ? 'trace' : null;
}

/** The corpus a route is about, or null. */
export function corpusOf(route: Route): string | null {
  return 'corpusId' in route ? route.corpusId : null;
}

/** The window's title without the name of the app; empty on the first screen. */
export function titleOf(app: App, route: Route): string {
  switch (route.place) {
    case 'library':
      return 'Library';
    case 'corpus':
    case 'ask':
      return app.library.corpus(route.corpusId)?.name ?? 'Corpus';
    case 'document': {
      const { documents } = app.library.documents(route.corpusId);
      return documents.find(({ id }) => id === route.documentId)?.name ?? 'Document';
    }
    case 'run':
      return route.nodeId === null ? 'Answer' : 'Trace';
    case 'models':
      return 'Models';
    case 'history':
      return 'History';
    case 'settings':
      return 'Settings';
    case 'record':
      return 'What left this device';
    case 'home':
    case 'unknown':
      return '';
  }
}

export interface PlaceLink {
  readonly label: string;
  readonly icon: IconName;
  readonly href: string;
  readonly current: boolean;
  /** Where it is offered: everywhere, below 800 px only, where the columns do not all fit, or in the header always. */
  readonly shown: 'all' | 'narrow' | 'below-wide' | 'top';
}

/** The places as links; Ask and Trace lead back to what was looked at last. */
export function placesOf(router: Router): PlaceLink[] {
  const { route, lastCorpusId, lastRunId } = router;
  const link = (
    label: string,
    icon: IconName,
    to: Route,
    current: boolean,
    shown: PlaceLink['shown'] = 'all',
  ): PlaceLink => ({ label, icon, href: router.href(to), current, shown });
  const ask: Route = lastCorpusId === null ? { place: 'home' } : { place: 'ask', corpusId: lastCorpusId };
  const answered = route.place === 'run' && route.nodeId !== null;
  // From a run's trace or from a document opened out of an answer, Ask leads back to that answer.
  const runId = 'runId' in route ? route.runId : null;
  const answer: Route = runId === null ? ask : { place: 'run', runId, nodeId: null, quote: null };
  const inLibrary = route.place === 'library' || route.place === 'corpus';
  const library: Route =
    lastCorpusId === null || inLibrary ? { place: 'library' } : { place: 'corpus', corpusId: lastCorpusId };
  return [
    link('Library', 'library', library, inLibrary, 'narrow'),
    link(
      'Ask',
      'answer',
      answer,
      ['home', 'ask'].includes(route.place) || (route.place === 'run' && !answered),
    ),
    ...(lastRunId === null
      ? []
      : [
          link(
            'Trace',
            'trace',
            { place: 'run', runId: lastRunId, nodeId: lastRunId, quote: null },
            answered,
            'below-wide',
          ),
        ]),
    link('Models', 'models', { place: 'models' }, route.place === 'models'),
    link('History', 'history', { place: 'history' }, route.place === 'history', 'top'),
    link('Record', 'shield', { place: 'record', runId: null }, route.place === 'record', 'top'),
    link('Settings', 'settings', { place: 'settings' }, route.place === 'settings', 'top'),
  ];
}
