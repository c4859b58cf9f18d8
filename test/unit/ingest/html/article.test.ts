/** Looking for the article in a page that was broken until it nests without end. */

import { expect, test } from 'vitest';
import { PageTree } from '../../../../src/adapters/ingest/formats/html/article';

const paragraph = `<p>${'The keeper climbed the stairs of the lighthouse, and lit the lamp. '.repeat(8)}</p>`;

test('is found in a page as people write them', () => {
  const page = `<html><body><article><h1>Lamp</h1>${paragraph.repeat(10)}</article></body></html>`;
  expect(new PageTree(page).findArticle()?.html).toContain('lit the lamp');
});

test('is given up where elements were never closed, for it would take many seconds', () => {
  const page = `<html><body><article>${paragraph.repeat(10)}${'<span>x'.repeat(12_000)}`;
  const startedMs = performance.now();
  expect(new PageTree(page).findArticle()).toBeNull();
  expect(performance.now() - startedMs).toBeLessThan(5000);
});
