/** Every state has an address that survives a reload, and no address breaks the page. */

import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from '../../../src/core/route';

const routes: Route[] = [
  { place: 'home' },
  { place: 'library' },
  { place: 'models' },
  { place: 'history' },
  { place: 'settings' },
  { place: 'record', runId: null },
  { place: 'record', runId: 'r/1' },
  { place: 'corpus', corpusId: 'c1' },
  { place: 'ask', corpusId: 'c1' },
  { place: 'document', corpusId: 'c1', documentId: 'd1', at: null, runId: null },
  { place: 'document', corpusId: 'c/1', documentId: 'ü?#%', at: { start: 0, end: 12 }, runId: 'r&1' },
  { place: 'run', runId: 'r1', nodeId: null, quote: null },
  { place: 'run', runId: 'r1', nodeId: 'turn:3/cell 1', quote: 2 },
];

describe('addresses', () => {
  it.each(routes.map((route) => [formatRoute(route), route] as const))(
    '%s is read back',
    (fragment, route) => {
      expect(parseRoute(fragment)).toEqual(route);
    },
  );

  it('reads an empty fragment as the first screen', () => {
    expect(['', '#', '#/', '/'].map((fragment) => parseRoute(fragment).place)).toEqual(Array(4).fill('home'));
  });

  it('ignores a span or quotation that is no number', () => {
    for (const at of ['x', '9-3', '-1-2', '1e3-2e3', '', '99999999999999999999-1']) {
      const route = parseRoute(`#/corpus/c/doc/d?at=${at}`);
      expect(route).toEqual({ place: 'document', corpusId: 'c', documentId: 'd', at: null, runId: null });
    }
    expect(parseRoute('#/run/r?quote=second')).toMatchObject({ quote: null });
  });

  it.each([
    '#/%E0%A4%A',
    '#/nowhere',
    '#/corpus/a/b',
    '#/corpus/a/doc',
    '#/run/a/b/c',
    '#/models/x/y/z/w',
    '#/run',
  ])('%s names nothing, and says so without an error', (fragment) => {
    expect(parseRoute(fragment).place).toBe('unknown');
  });

  it('survives noise', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const alphabet = '#/?&=%-:.corpusdocrunat0123456789é\u0000\ud800 ';
    for (let round = 0; round < 2000; round++) {
      const length = Math.floor(random() * 40);
      const noise = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      expect(() => parseRoute(noise)).not.toThrow();
    }
  });
});
