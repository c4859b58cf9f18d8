/** The first visit is light: the page is there before anything large is fetched. */

import { expect, it } from 'vitest';
import { FIRST_LOAD_LIMIT_BYTES, measureFirstLoad } from '../fixtures/first-load';

it('transfers at most 300 KB, and nothing of Python, before anything is asked', async () => {
  const { sentBytes, paths, fetchedPython } = await measureFirstLoad();
  expect(paths).toContain('index.html');
  expect(fetchedPython).toBe(false);
  expect(sentBytes).toBeGreaterThan(10_000);
  expect(sentBytes, paths.join('\n')).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES);
});
