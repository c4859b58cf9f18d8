import { describe, expect, test } from 'vitest';
import { findQuote } from '../../../src/core/corpus/citations';

/** The stretch of the source that a quotation was found in, or null. */
function found(source: string, quote: string): string | null {
  const range = findQuote(source, quote);
  return range && source.slice(range.start, range.end);
}

describe('a quotation is found although', () => {
  test.each([
    ['white space runs differ', 'the old\t lighthouse   keeper', 'the old lighthouse keeper'],
    ['the source breaks the line', 'the old\r\nlighthouse keeper', 'the old lighthouse keeper'],
    ['the source hyphenates a word', 'the old light-\n  house keeper', 'the old lighthouse keeper'],
    ['a hyphen of its own ends the line', 'a well-\nknown keeper here', 'a well-known keeper here'],
    ['apostrophes are curly in the source', 'the keeper’s own boat', "the keeper's own boat"],
    ['quotation marks are straight in the source', 'he said "come in" and sat', 'he said “come in” and sat'],
    ['dashes are of another kind', 'the sea -- always the sea', 'the sea—always the sea'],
    ['a dash has other spaces around it', 'the sea—always the sea', 'the sea – always the sea'],
    ['the quotation is emphasised', 'the old lighthouse keeper', 'the **old** _lighthouse_ keeper'],
    ['the source is emphasised', 'the _old_ *lighthouse* keeper', 'the old lighthouse keeper'],
    ['the quotation escapes Markdown', 'item [4] costs *ten* pounds', 'item \\[4\\] costs \\*ten\\* pounds'],
    ['the source has soft hyphens', 'the old light\u00adhouse keeper', 'the old lighthouse keeper'],
    ['the source is a quoted mail', 'the old\n> lighthouse keeper', 'the old lighthouse keeper'],
    ['the quotation ends in a full stop of its own', 'the old keeper, who slept', 'the old keeper.'],
    ['a Chinese line breaks anywhere', '港口的灯塔\n管理员发现了', '港口的灯塔管理员发现了'],
  ])('%s', (_why, source, quote) => {
    const text = `Before it. ${source}, after it.`;
    const got = found(text, quote);
    expect(got).not.toBeNull();
    expect(text.indexOf(got ?? '')).toBe('Before it. '.length);
  });

  test('an ellipsis leaves a part out', () => {
    const source =
      'It was a grey morning, with rain coming from the west, when the boat returned to port at last.';
    for (const dots of ['…', '...', ' … ', ' [...] ', ' […] ', '. . .'])
      expect(found(source, `It was a grey morning${dots}the boat returned to port`)).toBe(
        'It was a grey morning, with rain coming from the west, when the boat returned to port',
      );
  });
});

describe('a quotation is not found when', () => {
  test.each([
    ['a word differs', 'the old lighthouse keeper', 'the new lighthouse keeper'],
    ['a word is left out', 'the old lighthouse keeper', 'the lighthouse keeper was'],
    ['the case of a name differs', 'the Old Lighthouse Keeper', 'the old lighthouse keeper'],
    ['it begins inside a word', 'the heart of war and peace', 'art of war and peace'],
    ['it ends inside a word', 'the old lighthouse keepers', 'the old lighthouse keeper'],
    ['words run together', 'there was not able to go', 'there was notable to go'],
    ['a number differs', 'they paid 1,200 crowns', 'they paid 1,300 crowns'],
    ['an operator is no emphasis', 'it is 2*3 apples now', 'it is 23 apples now'],
    [
      'the parts of an ellipsis are in another order',
      'first came rain, then came snow',
      'then came snow … first came rain',
    ],
    ['there is no word in it', 'anything at all', '… — …'],
  ])('%s', (_why, source, quote) => {
    expect(found(source, quote)).toBeNull();
  });

  test('the parts of an ellipsis are pages apart', () => {
    const source = `the boat left at dawn ${'and then nothing happened '.repeat(400)}it came home at dusk`;
    expect(found(source, 'the boat left at dawn … it came home at dusk')).toBeNull();
    expect(found(source, 'it came home at dusk')).toBe('it came home at dusk');
  });
});

test('the first of several places is given, and the next when asked from there', () => {
  const source = 'all hands on deck now! All the rest. all hands on deck now! The end.';
  const first = findQuote(source, 'all hands on deck now');
  expect(first?.start).toBe(0);
  expect(findQuote(source, 'all hands on deck now', 1)?.start).toBe(37);
});
