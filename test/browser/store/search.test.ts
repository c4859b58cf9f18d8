import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary } from '../../../src/adapters/store/library';
import type { CorpusInfo, ImportFile, Quotation, SearchHit } from '../../../src/core/corpus/library';

const library = createLibrary();
const plain = 'The tide came in and the tide went out, as it does.\n';
const odd = 'Über den Wellen 🙂 fliegen die Möwen, wie immer.\n';
const CHUNK = 2 * 1024 * 1024;

function fileOf(path: string, text: string): ImportFile {
  return { path, file: new File([text], path) };
}

/** Text of about `bytes` bytes made of whole lines, so that what follows straddles the chunk border. */
function filled(line: string, bytes: number): string {
  const size = new TextEncoder().encode(line).length;
  return line.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size);
}

// The first chunk ends in the middle of each passage, the second too.
const passage = ' The needle lies in the haystack of the Lighthouse Keeper. ';
const atBorders = (line: string): string =>
  filled(line, CHUNK - 30) + passage + filled(line, CHUNK - 60) + passage + filled(line, 5000);
const texts: Record<string, string> = {
  'plain.txt': atBorders(plain),
  'odd.txt': atBorders(odd),
  'short.txt': 'A short one. The needle is here too, and Straße, and ΣΊΣΥΦΟΣ.',
};
let corpus: CorpusInfo;

beforeAll(async () => {
  const files = Object.entries(texts).map(([path, text]) => fileOf(path, text));
  ({ corpus } = await library.import(files, { name: 'search' }));
});
afterAll(async () => {
  await library.remove(corpus.id);
});

async function textAt(
  span: { documentId: string; start: number; end: number } | null | undefined,
): Promise<string> {
  return span ? library.text(span.documentId, span) : '(nothing)';
}

function exactly(query: string, limit: number, signal?: AbortSignal): Promise<SearchHit[]> {
  return library.find(corpus.id, query, { mode: 'exact', limit }, signal);
}

/** Places of a word by code points, found with nothing of the library's. */
function places(text: string, word: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    found.push([...text.slice(0, at)].length);
  return found;
}

describe('literal search', () => {
  test('finds what lies across chunk borders, once, in reading order, at the right code points', async () => {
    const hits = await exactly('the NEEDLE lies in the haystack', 10);
    expect(hits.map(({ documentName, span }) => [documentName, span.start])).toEqual(
      ['plain.txt', 'odd.txt'].flatMap((name) =>
        places(texts[name] ?? '', 'The needle lies').map((start) => [name, start]),
      ),
    );
    for (const { span, match, before, after } of hits) {
      expect(match).toBe('The needle lies in the haystack');
      expect(await textAt(span)).toBe(match);
      expect(after.startsWith(' of the Lighthouse Keeper. ')).toBe(true);
      expect(before.endsWith(' ')).toBe(true);
      expect(before.length).toBeGreaterThan(70);
    }
  });

  test('counts every hit of a frequent word', async () => {
    const word = 'tide';
    const all = (texts['plain.txt'] ?? '').split(word).length - 1;
    const hits = await exactly(word.toUpperCase(), 1e6);
    expect(hits.length).toBe(all);
    expect(new Set(hits.map(({ span }) => span.start)).size).toBe(all);
  });

  test('folds case beyond ASCII, takes signs literally, and stops at the limit', async () => {
    const found = async (query: string): Promise<string[]> =>
      (await exactly(query, 3)).map(({ match }) => match);
    expect(await found('σίσυφος')).toEqual(['ΣΊΣΥΦΟΣ']);
    expect(await found('möwen')).toEqual(['Möwen', 'Möwen', 'Möwen']);
    expect(await found('.*')).toEqual([]);
    expect(await found('')).toEqual([]);
    expect(await found('🙂 fliegen')).toHaveLength(3);
  });

  test('can be cancelled', async () => {
    const cancel = new AbortController();
    const searching = exactly('not in there at all', 10, cancel.signal);
    cancel.abort();
    await expect(searching).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('locating quotations', () => {
  const quote = (text: string, hint: Quotation['hint'] = null): Quotation => ({ text, hint });

  test('across chunk borders, the first of several, and null for what is not there', async () => {
    const spans = await library.locate(corpus.id, [
      quote('The needle lies in\nthe haystack … the Lighthouse Keeper'),
      quote('the needle was never in the haystack'),
      quote('“The needle is here too, and Straße”'),
      quote('— …'),
    ]);
    const [first] = places(texts['plain.txt'] ?? '', 'The needle lies');
    expect(spans.map((span) => span?.start ?? null)).toEqual([first, null, 13, null]);
    expect(await textAt(spans[0])).toBe(passage.trim().slice(0, -1));
  });

  test('where the answer says it is, else in the document it names', async () => {
    const [, second = 0] = places(texts['odd.txt'] ?? '', 'The needle lies');
    const text = 'The needle lies in the haystack';
    const spans = await library.locate(corpus.id, [
      quote(text, { documentName: 'odd.txt', start: second - 3 }),
      quote(text, { documentName: 'odd.txt', start: 12 }),
      quote(text, { documentName: 'no such document', start: 12 }),
      quote('The needle is here too', { documentName: 'plain.txt', start: 0 }),
    ]);
    const [inPlain] = places(texts['plain.txt'] ?? '', 'The needle lies');
    const [inOdd] = places(texts['odd.txt'] ?? '', 'The needle lies');
    expect(spans.map((span) => span?.start)).toEqual([second, inOdd, inPlain, 13]);
    for (const span of spans.slice(0, 3)) expect(await textAt(span)).toBe(text);
  });
});
