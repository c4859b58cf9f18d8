/** Questions whose passage is known, asked of the index and of the scan in Python that it takes the place of. */

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildSegment, findIn, type Texts } from '../../fixtures/memory-index';
import { openLibrary, type RunPython } from '../../fixtures/python-library';
import { dataPath } from '../../fixtures/shared-data';

interface Asked {
  readonly question: string;
  /** Words of the passage that answers. */
  readonly answer: string;
}

interface Quality {
  readonly recall: number;
  /** Mean of 1 / rank. */
  readonly mrr: number;
}

function quality(found: readonly (readonly string[])[], asked: readonly Asked[]): Quality {
  const squeezed = (text: string): string => text.replace(/\s+/g, ' ');
  const ranks = asked.map(({ answer }, at) =>
    (found[at] ?? []).findIndex((text) => squeezed(text).includes(answer)),
  );
  return {
    recall: ranks.filter((rank) => rank >= 0).length / asked.length,
    mrr: ranks.reduce((sum, rank) => sum + (rank < 0 ? 0 : 1 / (rank + 1)), 0) / asked.length,
  };
}

async function byIndex(texts: Texts, asked: readonly Asked[]): Promise<Quality> {
  const segments = [buildSegment(texts)];
  const found: string[][] = [];
  for (const { question } of asked)
    found.push((await findIn(segments, texts, question)).map(({ text }) => text));
  return quality(found, asked);
}

let python: RunPython;
beforeAll(async () => {
  python = await openLibrary();
}, 60_000);

function byScan(texts: Texts, asked: readonly Asked[]): Quality {
  const found = python(
    `open_over(json.loads(texts))\n[[span.text for span in search(question)] for question in json.loads(questions)]`,
    {
      texts: JSON.stringify(Object.values(texts)),
      questions: JSON.stringify(asked.map(({ question }) => question)),
    },
  ) as string[][]; // what the line above makes
  return quality(found, asked);
}

// ---- planted passages among others that share their words ------------------------------------------------------

const PEOPLE = 'Adler Baker Costa Dubois Eriksen Fischer Garcia Haddad Ivanov Jensen'.split(' ');
const THINGS = 'turbine bridge reservoir archive vineyard observatory ferry tannery quarry lighthouse'.split(
  ' ',
);
const DEEDS = ['repaired', 'inspected', 'purchased', 'closed', 'surveyed'];
const PLACES = 'Lisbon Bergen Trieste Galway Gdansk Izmir Cadiz Varna'.split(' ');

function planted(): { texts: Texts; asked: Asked[] } {
  let seed = 5;
  const pick = <T>(from: readonly T[]): T => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return from[(seed >>> 8) % from.length] as T; // never beyond its end
  };
  const noise = (): string =>
    `${pick(PEOPLE)} spoke of the ${pick(THINGS)} near ${pick(PLACES)} and of nothing that was ${pick(DEEDS)}. `;
  const asked: Asked[] = [];
  const texts: Record<string, string> = {};
  for (let document = 0; document < 24; document++) {
    const [who, what, where, deed] = [pick(PEOPLE), pick(THINGS), pick(PLACES), pick(DEEDS)];
    const year = 1900 + document;
    const answer = `In ${year} the ${what} of ${where} was ${deed} by ${who}.`;
    asked.push({ question: `Who ${deed.replace(/d$/, '')} the ${what} in ${where} in ${year}?`, answer });
    texts[`d${document}`] =
      Array.from({ length: 40 }, noise).join('') + answer + ' ' + Array.from({ length: 40 }, noise).join('');
  }
  return { texts, asked };
}

// ---- Moby-Dick -------------------------------------------------------------------------------------------------

const MOBY: readonly Asked[] = [
  { question: 'What is the name of the narrator?', answer: 'Call me Ishmael' },
  { question: 'What did Ahab nail to the mast as a reward?', answer: 'whosoever of ye raises me that same white whale, he shall have this gold ounce' },
  { question: 'How does Ishmael define a whale?', answer: 'a whale is _a spouting fish with a horizontal tail_' },
  { question: 'Why does Queequeg have a coffin made?', answer: 'he called for his lance, had the wooden stock drawn' },
  { question: 'Who carved the pulpit like a ship’s bows?', answer: 'Its panelled front was in the likeness of a ship’s bluff bows' },
  { question: 'Who saved the orphan at the end, the ship Rachel?', answer: 'It was the devious-cruising Rachel' },
  { question: 'What is ambergris used for?', answer: 'for pastiles, precious candles, hair-powders, and pomatum' },
  { question: 'ancient town New Bedford whaling try-works of brick', answer: 'try-works' },
  { question: 'baptize in the name of the devil', answer: 'Ego non baptizo te in nomine patris' },
  { question: 'better sleep with a sober cannibal than a drunken Christian', answer: 'Better sleep with a sober cannibal' },
  { question: 'Father Mapple sermon Jonah', answer: 'Jonah' },
  { question: 'whiteness of the whale appalled me', answer: 'It was the whiteness of the whale that above all things appalled me' },
  { question: 'How many lays does Ishmael get, the seven hundred and seventy-seventh', answer: 'seven hundred and seventy-seventh' },
  { question: 'from hell’s heart I stab at thee', answer: 'from hell’s heart I stab at thee' },
  { question: 'doubloon sun zodiac coin of Ecuador', answer: 'REPUBLICA DEL ECUADOR' },
  { question: 'Starbuck musket thoughts of killing Ahab', answer: 'musket' },
  { question: 'Pip the negro boy left alone in the sea went mad', answer: 'Pip' },
  { question: 'Elijah prophet warns about signing the ship’s papers', answer: 'Elijah' },
  { question: 'Heidelburgh Tun sperm case of the whale', answer: 'Heidelburgh Tun' },
  { question: 'carpenter makes leg of whale bone for the captain', answer: 'carpenter' },
]; // prettier-ignore

describe('the passage that answers is among the first ten', () => {
  test('of passages planted among others with the same words', async () => {
    const { texts, asked } = planted();
    const [index, scan] = [await byIndex(texts, asked), byScan(texts, asked)];
    expect(index.recall).toBeGreaterThanOrEqual(0.97);
    expect(index.mrr).toBeGreaterThanOrEqual(0.9);
    expect(index.recall).toBeGreaterThanOrEqual(scan.recall);
    expect(index.mrr).toBeGreaterThanOrEqual(scan.mrr - 0.02);
  }, 60_000);

  const book = dataPath('documents/text/2701-0.txt');
  test.skipIf(book === null)(
    'of a long book (when it is there)',
    async () => {
      const texts = { book: readFileSync(book ?? '', 'utf8') };
      const [index, scan] = [await byIndex(texts, MOBY), byScan(texts, MOBY)];
      expect(index.recall).toBeGreaterThanOrEqual(0.8);
      expect(index.recall).toBeGreaterThanOrEqual(scan.recall);
      expect(index.mrr).toBeGreaterThanOrEqual(0.65);
      expect(index.mrr).toBeGreaterThanOrEqual(scan.mrr - 0.02);
    },
    60_000,
  );
});
