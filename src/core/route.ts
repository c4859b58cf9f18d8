/** Every state of the page as a URL fragment, and back. No document text and no key is ever part of one. */

export type Route =
  /** `#/`: the first screen, or Ask with no corpus chosen. */
  | { readonly place: 'home' }
  /** `#/library`: the list of corpora, where it has no column of its own. */
  | { readonly place: 'library' }
  /** `#/corpus/<id>`: the documents of a corpus; where there is room, with Ask about it. */
  | { readonly place: 'corpus'; readonly corpusId: string }
  /** `#/corpus/<id>/ask`: Ask with this corpus chosen. */
  | { readonly place: 'ask'; readonly corpusId: string }
  /** `#/corpus/<id>/doc/<id>?at=<start>-<end>&run=<id>`: a document at a span, beside the run it was opened from. */
  | {
      readonly place: 'document';
      readonly corpusId: string;
      readonly documentId: string;
      readonly at: { readonly start: number; readonly end: number } | null;
      readonly runId: string | null;
    }
  /** `#/run/<id>`: the answer of a run. `#/run/<id>/<node>`: its trace at a node. `?quote=<n>`: a quotation, 0-based. */
  | {
      readonly place: 'run';
      readonly runId: string;
      readonly nodeId: string | null;
      readonly quote: number | null;
    }
  | { readonly place: 'models' }
  | { readonly place: 'history' }
  | { readonly place: 'settings' }
  /** `#/record`: what left this device over all time. `#/record/<id>`: in one run. */
  | { readonly place: 'record'; readonly runId: string | null }
  /** A fragment that names nothing here. */
  | { readonly place: 'unknown'; readonly fragment: string };

/** Reads a fragment with or without `#`. Never throws: what is not understood becomes `unknown`. */
export function parseRoute(fragment: string): Route {
  const unknown: Route = { place: 'unknown', fragment: fragment.slice(0, 200) };
  const [path = '', query = ''] = split(fragment.replace(/^#/, ''), '?');
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  if (segments.includes(null)) return unknown;
  const [place, id, kind, inner, ...rest] = segments as string[]; // null was ruled out above
  if (rest.length > 0) return unknown;
  if (place === undefined) return { place: 'home' };
  if (id === undefined) return simplePlaces.find((route) => route.place === place) ?? unknown;
  const parameters = new URLSearchParams(query);
  if (place === 'corpus') {
    if (kind === undefined) return { place, corpusId: id };
    if (kind === 'ask' && inner === undefined) return { place: 'ask', corpusId: id };
    if (kind !== 'doc' || inner === undefined) return unknown;
    const runId = parameters.get('run');
    return { place: 'document', corpusId: id, documentId: inner, at: parseSpan(parameters.get('at')), runId };
  }
  if (place === 'record' && kind === undefined) return { place, runId: id };
  if (place === 'run' && inner === undefined) {
    return { place, runId: id, nodeId: kind ?? null, quote: parseCount(parameters.get('quote')) };
  }
  return unknown;
}

/** The fragment of a route, with its `#`. `parseRoute(formatRoute(route))` is the same route. */
export function formatRoute(route: Route): string {
  const encode = encodeURIComponent;
  switch (route.place) {
    case 'home':
      return '#/';
    case 'library':
    case 'models':
    case 'history':
    case 'settings':
      return `#/${route.place}`;
    case 'corpus':
      return `#/corpus/${encode(route.corpusId)}`;
    case 'ask':
      return `#/corpus/${encode(route.corpusId)}/ask`;
    case 'document': {
      const query = new URLSearchParams();
      if (route.at) query.set('at', `${String(route.at.start)}-${String(route.at.end)}`);
      if (route.runId !== null) query.set('run', route.runId);
      const path = `#/corpus/${encode(route.corpusId)}/doc/${encode(route.documentId)}`;
      return query.size > 0 ? `${path}?${query.toString()}` : path;
    }
    case 'run': {
      const node = route.nodeId === null ? '' : `/${encode(route.nodeId)}`;
      const quote = route.quote === null ? '' : `?quote=${String(route.quote)}`;
      return `#/run/${encode(route.runId)}${node}${quote}`;
    }
    case 'record':
      return route.runId === null ? '#/record' : `#/record/${encode(route.runId)}`;
    case 'unknown':
      return '#/';
  }
}

const simplePlaces: readonly Route[] = [
  { place: 'library' },
  { place: 'models' },
  { place: 'history' },
  { place: 'settings' },
  { place: 'record', runId: null },
];

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null; // a stray % in a hand-typed address
  }
}

function parseCount(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function parseSpan(text: string | null): { start: number; end: number } | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '');
  if (!match) return null;
  const start = Number(match[1]);
  const end = Number(match[2]);
  return end >= start ? { start, end } : null;
}
