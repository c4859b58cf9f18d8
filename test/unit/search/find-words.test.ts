import { describe, expect, test } from 'vitest';
import { BUCKET_CHARS } from '../../../src/core/search/segment';
import { buildSegment, findIn, type Texts } from '../../fixtures/memory-index';

const FILLER =
  'The harbour was quiet that evening, and the lamps were lit one after another along the quay. ';
const filled = (sentence: string): string => FILLER.repeat(20) + sentence + ' ' + FILLER.repeat(20);

const texts: Texts = {
  log: filled('Captain Ørsted wrote that the “albatross” had followed them for nine days.'),
  code: filled('It calls getUserName(snake_case_word) and gives back 1,234,567 or 4.2 at most.'),
  japanese: '港は静かだった。'.repeat(60) + '東京都の水は冷たい。' + '灯りがともった。'.repeat(60),
  mixed: '🙂🙂 Ünïcode before. '.repeat(30) + 'The hidden walrus sang. ' + '🙂 And after. '.repeat(30),
  short: 'A note about a walrus.',
};
const segments = [buildSegment({ log: texts['log'] ?? '', code: texts['code'] ?? '' }), buildSegment(texts)];
const all = [buildSegment(texts)];

async function found(query: string, limit = 10): Promise<string[]> {
  return (await findIn(all, texts, query, limit)).map(({ text }) => text);
}

describe('finding passages by words', () => {
  test.each([
    ['another form, another case', 'FOLLOWING albatrosses', 'log'],
    ['without its accent', 'orsted', 'log'],
    ['a word made from it', 'albatros', 'log'],
    ['a name in code, whole', 'getUserName', 'code'],
    ['a part of a name in code', 'username OR user', 'code'],
    ['a word of a name with underscores', 'snake', 'code'],
    ['a number, with its commas', '1,234,567', 'code'],
    ['and without', '1234567', 'code'],
    ['a word without spaces around', '東京都', 'japanese'],
    ['a single character', '水', 'japanese'],
  ])('%s', async (_, query, documentId) => {
    const [first] = await findIn(all, texts, query, 3);
    expect(first?.documentId).toBe(documentId);
    expect(first?.highlights.length).toBeGreaterThan(0);
  });

  test('gives places that the documents have, and marks the words in them', async () => {
    for (const query of ['albatross captain', 'walrus hidden', '東京都の水', 'snake_case_word']) {
      const hits = await findIn(segments, texts, query, 10);
      expect(hits.length).toBeGreaterThan(0);
      for (const { documentId, start, end, text, highlights } of hits) {
        expect([...(texts[documentId] ?? '')].slice(start, end).join('')).toBe(text);
        for (const range of highlights)
          expect(text.slice(range.start, range.end)).toMatch(
            /^(albatross|captain|walrus|hidden|東|京|都|の|水|東京都の水.?|snake_case_word|.*は.*)+$/i,
          );
      }
    }
    const [first] = await findIn(all, texts, 'hidden walrus', 1);
    expect(first?.highlights.map(({ start, end }) => first.text.slice(start, end))).toEqual([
      'hidden',
      'walrus',
    ]);
  });

  test('cuts a passage where sentences end', async () => {
    const [first = ''] = await found('albatross', 1);
    expect(first).toMatch(/^(The harbour|Captain)/);
    expect(first).toMatch(/\.$/);
    expect(first.length).toBeGreaterThan(BUCKET_CHARS);
  });

  test('leaves words out that say nothing, but looks for them when there are no others', async () => {
    const [first] = await findIn(all, texts, 'what is the walrus of the', 1);
    expect(first?.highlights.map(({ start, end }) => first.text.slice(start, end))).not.toContain('the');
    expect(await found('the the', 3)).not.toEqual([]);
    expect(await found('', 3)).toEqual([]);
    expect(await found('— …', 3)).toEqual([]);
    expect(await found('nowhere', 3)).toEqual([]);
  });

  test('puts words that stand together before the same words apart', async () => {
    const apart = {
      apart: filled('A red thing. It was, in all, a very long time before the boat came. Boat, red.'),
    };
    const both = {
      ...apart,
      together: filled('It was a red boat in the end, and it had been there before.'),
    };
    const hits = await findIn([buildSegment(both)], both, 'red boat', 2);
    expect(hits.map(({ documentId }) => documentId)).toEqual(['together', 'apart']);
  });

  test('keeps to what stands in quotation marks', async () => {
    const lines: Texts = {
      a: filled('They saw the white whale at dawn.'),
      b: filled('They saw a whale; white it was not. The whale was white in the end, white whales are.'),
      c: filled('The WHITE  Whale, again.'),
    };
    const index = [buildSegment(lines)];
    const ids = async (query: string): Promise<string[]> =>
      (await findIn(index, lines, query, 5)).map(({ documentId }) => documentId).sort();
    expect(await ids('white whale')).toEqual(['a', 'b', 'c']);
    expect(await ids('"white whale"')).toEqual(['a', 'c']);
    expect(await ids('dawn “the white whale”')).toEqual(['a', 'c']);
    expect(await ids('"white whale at dawn" "harbour was"')).toEqual(['a']);
    expect(await ids('"whale white dawn"')).toEqual([]);
  });

  test('completes the last word while it is being typed', async () => {
    const search = async (query: string, unfinished: boolean): Promise<number> =>
      (await findIn(all, texts, query, 3, unfinished)).length;
    expect(await search('alba', false)).toBe(0);
    expect(await search('alba', true)).toBe(1);
    expect(await search('alba ', true)).toBe(0);
    const [first] = await findIn(all, texts, 'quiet tha', 1, true); // "that" stands beside it, and says nothing
    expect(first?.highlights.map(({ start, end }) => first.text.slice(start, end))).not.toContain('that');
  });

  test('passes over documents that are gone and fills up with others', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`d${at}`, `The lantern ${at}.`]));
    const left = Object.fromEntries(Object.entries(many).slice(390));
    const hits = await findIn([buildSegment(many)], left, 'lantern', 8);
    expect(hits).toHaveLength(8);
  });
});
