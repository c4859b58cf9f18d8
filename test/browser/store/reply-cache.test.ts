/** Replies kept in IndexedDB: found again by another page, bounded, counted, cleared, and never in a run's way. */

import { afterEach, describe, expect, it } from 'vitest';
import { SondeDatabase } from '../../../src/adapters/store/database';
import { createReplyCache, type ReplyCacheBounds } from '../../../src/adapters/store/reply-cache';
import type { ReplyKey } from '../../../src/core/run/reply-cache';

const names: string[] = [];
const open: SondeDatabase[] = [];

function database(name: string): SondeDatabase {
  const db = new SondeDatabase(name);
  open.push(db);
  return db;
}

/** A page of its own: nothing is shared with another one but the database. */
function pages() {
  const name = `replies-${crypto.randomUUID()}`;
  names.push(name);
  return (bounds?: ReplyCacheBounds) => createReplyCache(database(name), bounds);
}

afterEach(async () => {
  open.splice(0).forEach((db) => db.close());
  for (const name of names.splice(0)) await new SondeDatabase(name).delete();
});

const key = (prompt: string, nth = 0): ReplyKey => ({ model: 'm', host: 'h', prompt, schema: null, nth });

describe('the replies kept in the database', () => {
  it('are found at once on this page and by a later one, told apart by every part of the question', async () => {
    const page = pages();
    const first = page();
    first.keep(key('a'), 'reply to a');
    first.keep(key('a', 1), 'another to a');
    first.keep({ ...key('a'), schema: { type: 'string', title: 'x' } }, '"json"');
    first.keep(key('empty'), '');
    await first.size(); // written
    expect(await first.find([key('a')])).toEqual(['reply to a']);
    await first.size();
    const later = page();
    const reordered = { ...key('a'), schema: { title: 'x', type: 'string' } };
    expect(await later.find([key('a', 1), key('b'), key('a'), reordered, key('empty'), key('a', 2)])).toEqual(
      ['another to a', null, 'reply to a', '"json"', null, null],
    );
    expect(await later.hits()).toBe(4);
    expect(await page().hits()).toBe(4);
    expect((await later.size()).replies).toBe(3);
  });

  it('give way to newer ones when they take too much, those unused for longest first', async () => {
    const page = pages();
    const bounds = { rows: 10 };
    const first = page(bounds);
    for (let n = 0; n < 10; n++) {
      first.keep(key(`old ${n}`), `reply ${n}`);
      await first.size();
      await new Promise((next) => setTimeout(next, 2)); // a use of its own millisecond
    }
    const later = page(bounds);
    expect(await later.find([key('old 0')])).toEqual(['reply 0']);
    await later.size();
    later.keep(key('new'), 'new reply');
    expect((await later.size()).replies).toBeLessThanOrEqual(10);
    expect(await page().find([key('old 0'), key('old 1'), key('old 9'), key('new')])).toEqual([
      'reply 0',
      null,
      'reply 9',
      'new reply',
    ]);
    const small = pages()({ bytes: 5_000 });
    for (let n = 0; n < 20; n++) small.keep(key(`p${n}`), 'x'.repeat(800));
    small.keep(key('giant'), 'x'.repeat(6_000));
    const { sizeBytes, replies } = await small.size();
    expect(sizeBytes).toBeLessThanOrEqual(5_000);
    expect(replies).toBeGreaterThan(2);
    expect(await small.find([key('giant')])).toEqual([null]);
  });

  it('are gone when cleared, their hits with them', async () => {
    const page = pages();
    const cache = page();
    cache.keep(key('a'), 'reply');
    await cache.size();
    expect(await cache.find([key('a')])).toEqual(['reply']);
    await cache.clear();
    expect([await cache.size(), await cache.hits()]).toEqual([{ replies: 0, sizeBytes: 0 }, 0]);
    expect(await cache.find([key('a')])).toEqual([null]);
    expect(await page().find([key('a')])).toEqual([null]);
  });

  it('are a miss when the database is gone, and a run never hears of it', async () => {
    const name = `replies-${crypto.randomUUID()}`;
    names.push(name);
    const cache = createReplyCache(database(name));
    await cache.size(); // open
    await new SondeDatabase(name).delete(); // as a newer tab would have it: this one gives way
    cache.keep(key('a'), 'reply');
    expect(await cache.find([key('b'), key('c')])).toEqual([null, null]);
    await expect(cache.size()).rejects.toThrow();
  });
});
