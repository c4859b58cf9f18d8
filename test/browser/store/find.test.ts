/** The search index as it is stored: built, kept, updated, shared by nobody else's corpus; and regular expressions. */

import { afterEach, describe, expect, test } from 'vitest';
import { createLibrary } from '../../../src/adapters/store/library';
import { SondeDatabase } from '../../../src/adapters/store/database';
import type {
  CorpusInfo,
  FindMode,
  FindProgress,
  ImportFile,
  SearchHit,
} from '../../../src/core/corpus/library';
import { createFinder } from '../../../src/adapters/store/finder';

const library = createLibrary();
const db = new SondeDatabase();
const made: CorpusInfo[] = [];
afterEach(async () => {
  for (const { id } of made.splice(0)) await library.remove(id);
});

const FILLER =
  'The harbour was quiet that evening, and the lamps were lit one after another along the quay. ';
const fileOf = (path: string, text: string): ImportFile => ({ path, file: new File([text], path) });
const around = (sentence: string, times = 12): string =>
  FILLER.repeat(times) + sentence + ' ' + FILLER.repeat(times);

async function importTexts(texts: Record<string, string>, into: { corpusId?: string } = {}): Promise<string> {
  const files = Object.entries(texts).map(([path, text]) => fileOf(path, text));
  const { corpus } = await library.import(files, { name: 'find', ...into });
  if (into.corpusId === undefined) made.push(corpus);
  return corpus.id;
}

function find(corpusId: string, query: string, mode: FindMode = 'words', limit = 10): Promise<SearchHit[]> {
  return library.find(corpusId, query, { mode, limit });
}

async function names(corpusId: string, query: string): Promise<string[]> {
  return (await find(corpusId, query)).map(({ documentName }) => documentName);
}

/** Resolves once nothing waits to be taken into the index. */
async function indexed(corpusId: string): Promise<void> {
  await expect
    .poll(
      () =>
        db.documents.where('[corpusId+unindexedFrom]').between([corpusId, 0], [corpusId, Infinity]).count(),
      { timeout: 20_000 },
    )
    .toBe(0);
}

const segmentIds = (corpusId: string): Promise<string[]> =>
  db.indexSegments.where('corpusId').equals(corpusId).primaryKeys();

describe('the search index', () => {
  test('finds passages by their words at the places where they are, across chunks and beyond ASCII', async () => {
    const large =
      '🙂 Über den Wellen. '.repeat(100_000) +
      'The walrus and the carpenter sang. ' +
      'ähnlich. '.repeat(150_000);
    const corpusId = await importTexts({
      'large.txt': large,
      'small.txt': around('A walrus slept.'),
      'none.txt': around('Nothing of the kind.'),
    });
    const hits = await find(corpusId, 'walrus carpenter');
    expect(hits.map(({ documentName }) => documentName)).toEqual(['large.txt', 'small.txt']);
    for (const { span, match, score, highlights } of hits) {
      expect(await library.text(span.documentId, span)).toBe(match);
      expect(score).toBeGreaterThan(0);
      expect(highlights.map(({ start, end }) => match.slice(start, end))).toContain('walrus');
    }
    expect(hits[0]?.match).toContain('The walrus and the carpenter sang.');
  });

  test('is built by the import itself, stored, and used again by whoever opens the database next', async () => {
    const corpusId = await importTexts({ 'a.txt': around('An ocelot came by.') });
    await indexed(corpusId); // nobody has searched yet
    const before = await segmentIds(corpusId);
    expect(before.length).toBeGreaterThan(0);
    const another = createLibrary(undefined, createFinder());
    const hits = await another.find(corpusId, 'ocelots', { mode: 'words', limit: 3 });
    expect(hits.map(({ documentName }) => documentName)).toEqual(['a.txt']);
    expect(await segmentIds(corpusId)).toEqual(before);
  });

  test('is read ahead once somebody searches, so that other words are at hand', async () => {
    const words = Array.from({ length: 40_000 }, (_, n) => `w${n.toString(36).padStart(4, '0')}q`);
    const corpusId = await importTexts({ 'words.txt': words.join(' ') });
    expect(await find(corpusId, words[0] ?? '')).toHaveLength(1);
    const blocks = await db.indexBlocks.toArray();
    expect(blocks.length).toBeGreaterThan(3);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await db.indexBlocks.clear();
    try {
      expect(await find(corpusId, words[30_000] ?? '')).toHaveLength(1);
    } finally {
      await db.indexBlocks.bulkAdd(blocks);
    }
  });

  test('keeps corpora apart', async () => {
    const one = await importTexts({ 'one.txt': around('The tapir is in the first.') });
    const other = await importTexts({ 'other.txt': around('The tapir is in the second, the okapi too.') });
    expect(await names(one, 'tapir')).toEqual(['one.txt']);
    expect(await names(other, 'tapir')).toEqual(['other.txt']);
    expect(await names(one, 'okapi')).toEqual([]);
  });

  test('forgets documents that are removed, and all of a corpus with it', async () => {
    const corpusId = await importTexts({
      'a.txt': around('A lynx in the first.'),
      'b.txt': around('A lynx in the second.'),
    });
    expect((await names(corpusId, 'lynx')).sort()).toEqual(['a.txt', 'b.txt']);
    const documents = await library.documents(corpusId);
    for (const { id, name } of documents) if (name === 'a.txt') await library.removeDocument(id);
    expect(await names(corpusId, 'lynx')).toEqual(['b.txt']);
    const old = await segmentIds(corpusId);
    for (const { id } of await library.documents(corpusId)) await library.removeDocument(id);
    expect(await names(corpusId, 'lynx')).toEqual([]);
    await expect.poll(() => segmentIds(corpusId), { timeout: 20_000 }).toEqual([]);
    for (const id of old)
      expect(await db.indexBlocks.where('[segmentId+index]').between([id, 0], [id, Infinity]).count()).toBe(
        0,
      );

    const gone = await importTexts({ 'c.txt': around('A lynx in the third.') });
    expect(await names(gone, 'lynx')).toEqual(['c.txt']);
    await library.remove(gone);
    made.pop();
    expect(await segmentIds(gone)).toEqual([]);
    await expect(find(gone, 'lynx')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('has what is added later, and the new text of a file that took the place of another', async () => {
    const corpusId = await importTexts({ 'a.txt': around('A heron stood there.') });
    expect(await names(corpusId, 'heron egret')).toEqual(['a.txt']);
    await importTexts({ 'b.txt': around('An egret stood there.') }, { corpusId });
    expect((await names(corpusId, 'heron egret')).sort()).toEqual(['a.txt', 'b.txt']);
    await importTexts({ 'a.txt': around('A pelican stood there.') }, { corpusId });
    expect(await names(corpusId, 'heron')).toEqual([]);
    expect(await names(corpusId, 'pelican')).toEqual(['a.txt']);
  });

  test('merges what many small imports leave', async () => {
    const corpusId = await importTexts({ 'first.txt': 'A note about a gnu.' });
    for (let at = 0; at < 9; at++)
      await importTexts({ [`${at}.txt`]: `A note about gnu number ${at}.` }, { corpusId });
    expect(await names(corpusId, 'gnu')).toHaveLength(10);
    await expect.poll(async () => (await segmentIds(corpusId)).length, { timeout: 20_000 }).toBeLessThan(5);
    expect(await names(corpusId, 'gnu')).toHaveLength(10);
  });

  test('is made on the first search for documents stored before there was one, and can be cancelled', async () => {
    const corpusId = await importTexts({ 'old.txt': FILLER.repeat(60_000) + 'An ibex stood there.' });
    await indexed(corpusId);
    // As the upgrade of an older database leaves it.
    const ids = await segmentIds(corpusId);
    await db.indexSegments.bulkDelete(ids);
    await db.documents.where('corpusId').equals(corpusId).modify({ unindexedFrom: 0 });

    const cancel = new AbortController();
    const told: FindProgress[] = [];
    const cancelled = library.find(
      corpusId,
      'ibex',
      {
        mode: 'words',
        limit: 3,
        onProgress: (progress) => {
          told.push(progress);
          cancel.abort();
        },
      },
      cancel.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(told[0]).toMatchObject({ phase: 'indexing' });
    expect(await segmentIds(corpusId)).toEqual([]);

    expect(await names(corpusId, 'ibex')).toEqual(['old.txt']);
    await indexed(corpusId);
  });

  test('goes on where it was broken off inside a long document, and finds each place once', async () => {
    const sentence = 'A quokka stood there. ';
    const corpusId = await importTexts({ 'long.txt': around(sentence, 200).repeat(500) });
    await indexed(corpusId);
    const segments = await db.indexSegments.where('corpusId').equals(corpusId).toArray();
    expect(segments.length).toBeGreaterThan(1);
    const last = segments.find(({ stretches }) => (stretches[0]?.byteStart ?? 0) > 0);
    await db.indexSegments.delete(last?.id ?? '');
    await db.documents
      .where('corpusId')
      .equals(corpusId)
      .modify({ unindexedFrom: last?.stretches[0]?.byteStart ?? -1 });
    const beyond = last?.stretches[0]?.charStart ?? Infinity;
    const hits = await find(corpusId, 'quokka', 'words', 600);
    expect(hits).toHaveLength(500);
    expect(new Set(hits.map(({ span }) => span.start)).size).toBe(500);
    expect(hits.some(({ span }) => span.end < beyond)).toBe(true);
    expect(hits.some(({ span }) => span.start > beyond)).toBe(true);
    for (const hit of [hits[0], hits[499]])
      if (hit) expect(await library.text(hit.span.documentId, hit.span)).toBe(hit.match);
  });
});

describe('regular expressions', () => {
  test('are looked for in reading order, told as they are found, and named when they are none', async () => {
    const corpusId = await importTexts({
      'a.txt': around('Invoice INV-2041 of 3 May.'),
      'b.txt': `first line\nINV-7 stands at the start of a line\n` + around('and inv-2042 in the midst.'),
    });
    const found = async (query: string, limit = 10): Promise<string[]> =>
      (await find(corpusId, query, 'pattern', limit)).map(({ match }) => match);
    expect(await found('INV-\\d{4}')).toEqual(['INV-2041', 'inv-2042']);
    expect(await found('^inv\\-\\d+')).toEqual(['INV-7']);
    expect(await found('inv-\\d+', 2)).toHaveLength(2);
    expect(await found('x*')).toEqual([]);
    expect(await found('')).toEqual([]);
    const [hit] = await find(corpusId, 'INV-2041', 'pattern');
    expect(await library.text(hit?.span.documentId ?? '', hit?.span)).toBe('INV-2041');
    await expect(find(corpusId, '(unclosed', 'pattern')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('not a regular expression') as unknown,
    });
  });

  test('that would run for ever are stopped, and the search goes on', async () => {
    const corpusId = await importTexts({ 'a.txt': `${'a'.repeat(5000)}! ${around('A puma.')}` });
    await expect(find(corpusId, '(a+)+$', 'pattern')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('takes too long') as unknown,
    });
    expect(await names(corpusId, 'puma')).toEqual(['a.txt']);
    expect((await find(corpusId, 'p.ma', 'pattern')).map(({ match }) => match)).toEqual(['puma']);
  });
});
