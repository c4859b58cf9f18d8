/** Going to places and back, with what was looked at last remembered. */

import { describe, expect, it } from 'vitest';
import { Router, type RouterHost } from '../../../src/app/router.svelte';

/** A window's history, as far as a fragment is concerned. */
function host(start = '') {
  const entries = [start];
  const listeners = new Set<() => void>();
  const fake = {
    entries,
    location: { hash: start },
    history: {
      state: null,
      pushState(_state: unknown, _title: string, url: string) {
        entries.push(url);
        fake.location.hash = url;
      },
      replaceState(_state: unknown, _title: string, url: string) {
        entries[entries.length - 1] = url;
        fake.location.hash = url;
      },
      back() {
        entries.pop();
        fake.location.hash = entries.at(-1) ?? '';
        for (const listener of listeners) listener();
      },
    },
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
    listeners,
  };
  return fake;
}

// The fake has the few members the router uses; the overloads of a real window cannot be written down here.
const routerOn = (fake: ReturnType<typeof host>) => new Router(fake as unknown as RouterHost);

describe('the router', () => {
  it('starts where the address says', () => {
    expect(routerOn(host('#/run/r1/n2')).route).toEqual({
      place: 'run',
      runId: 'r1',
      nodeId: 'n2',
      quote: null,
    });
  });

  it('goes, replaces and comes back', () => {
    const window = host('#/');
    const router = routerOn(window);
    router.go({ place: 'models' });
    router.go({ place: 'corpus', corpusId: 'c' });
    router.go({ place: 'ask', corpusId: 'c' }, 'replace');
    expect(window.entries).toEqual(['#/', '#/models', '#/corpus/c/ask']);
    window.history.back();
    expect(router.route.place).toBe('models');
  });

  it('adds nothing to go back to when it is there already', () => {
    const window = host('');
    routerOn(window).go({ place: 'home' });
    expect(window.entries).toEqual(['']);
  });

  it('remembers the corpus and run looked at last', () => {
    const router = routerOn(host('#/corpus/c1/doc/d'));
    router.go({ place: 'run', runId: 'r1', nodeId: null, quote: null });
    router.go({ place: 'settings' });
    expect([router.lastCorpusId, router.lastRunId]).toEqual(['c1', 'r1']);
  });

  it('stops listening', () => {
    const window = host('#/');
    routerOn(window).close();
    expect(window.listeners.size).toBe(0);
  });
});
