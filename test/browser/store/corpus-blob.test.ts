/** A corpus as one blob: what documents are made of lies behind their texts. */

import { afterEach, expect, test } from 'vitest';
import { corpusHost, createLibrary } from '../../../src/adapters/store/library';
import type { ContextPayload } from '../../../src/core/corpus/context';

const library = createLibrary(corpusHost());
const file = (name: string, text: string) => ({ path: name, file: new File([text], name) });
const table = 'x,y,z\r\n1,2,3\r\n4,5,6\r\n';

afterEach(async () => {
  for (const { id } of await library.list()) await library.remove(id);
});

async function structures(payload: ContextPayload): Promise<unknown[]> {
  const slices = payload.kind === 'documents' ? payload.documents : [];
  const one = payload.kind === 'text' ? payload.document : undefined;
  return Promise.all(
    (one ? [one] : slices).map(async ({ structure }) => {
      if (!structure) return null;
      return JSON.parse(await payload.utf8.slice(structure.byteStart, structure.byteEnd).text()) as unknown;
    }),
  );
}

test('a document with structure brings it along, one of plain text has none', async () => {
  const { corpus, documents } = await library.import([file('a.txt', 'first 🙂'), file('b.csv', table)]);
  const source = await library.context(corpus.id);
  expect(source.documents.map(({ kind }) => kind)).toEqual(['text', 'csv']);
  const payload = await source.open();
  const marks = [{ kind: 'table', start: 0, end: 21, label: 'b.csv', table: { layout: { delimiter: ',' } } }];
  expect(await structures(payload)).toEqual([null, expect.objectContaining({ metadata: {}, losses: [] })]);
  expect((await structures(payload))[1]).toMatchObject({ marks });

  // One document alone is a text; with structure, a text that says where it ends.
  await library.removeDocument(documents[0]?.id ?? '');
  const single = await (await library.context(corpus.id)).open();
  expect(single).toMatchObject({ kind: 'text', document: { name: 'b.csv', byteStart: 0, byteEnd: 21 } });
  expect((await structures(single))[0]).toMatchObject({ marks });

  const plain = await library.import([file('c.txt', 'alone')]);
  const bare = await (await library.context(plain.corpus.id)).open();
  expect(bare).toEqual({ kind: 'text', utf8: expect.any(Blob) as Blob });
  expect(await bare.utf8.text()).toBe('alone');
});
