/** The one owner of where the reader is: the page's URL fragment, as a typed route. */

import { formatRoute, parseRoute, type Route } from '../core/route';

export type { Route } from '../core/route';

/** What the router needs of a window. */
export type RouterHost = Pick<Window, 'addEventListener' | 'removeEventListener'> & {
  readonly location: Pick<Location, 'hash'>;
  readonly history: Pick<History, 'pushState' | 'replaceState' | 'state' | 'back'>;
};

export class Router {
  readonly #host: RouterHost;
  readonly #read: () => void;
  #route: Route = $state.raw({ place: 'home' });
  #lastCorpusId: string | null = $state.raw(null);
  #lastRunId: string | null = $state.raw(null);

  constructor(host: RouterHost = window) {
    this.#host = host;
    this.#read = () => {
      const route = parseRoute(host.location.hash);
      this.#route = route;
      if ('corpusId' in route) this.#lastCorpusId = route.corpusId;
      if (route.place === 'run') this.#lastRunId = route.runId;
    };
    this.#read();
    host.addEventListener('hashchange', this.#read);
    host.addEventListener('popstate', this.#read);
  }

  get route(): Route {
    return this.#route;
  }

  /** The corpus looked at last, so that the ways back to it lead there; null before any was. */
  get lastCorpusId(): string | null {
    return this.#lastCorpusId;
  }

  /** The run looked at last; null before any was. */
  get lastRunId(): string | null {
    return this.#lastRunId;
  }

  /** A fragment for `href`, so that places can be opened in a new tab. */
  href(route: Route): string {
    return formatRoute(route);
  }

  /** Goes to a place. `replace` leaves no entry to go back to; going where one is already does nothing. */
  go(route: Route, how: 'push' | 'replace' = 'push'): void {
    const fragment = formatRoute(route);
    if (fragment === (this.#host.location.hash || '#/')) return;
    // pushState fires no hashchange, so the route is read here; a relative URL keeps any sub-path.
    if (how === 'replace') this.#host.history.replaceState(this.#host.history.state, '', fragment);
    else this.#host.history.pushState(null, '', fragment);
    this.#read();
  }

  /** Stops listening. */
  close(): void {
    this.#host.removeEventListener('hashchange', this.#read);
    this.#host.removeEventListener('popstate', this.#read);
  }
}
