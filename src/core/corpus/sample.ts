/** A corpus to try things on: three hundred documents of a harbour that never was, the same for the same seed. */

import { PLANTS, type SampleQuestion } from './sample/facts';
import { MANUALS, manual, webPage } from './sample/manuals';
import { letter, minutes, newspaper, telegrams, type PaperOptions } from './sample/papers';
import { RULES } from './sample/phrases';
import { Prose, seeded } from './sample/random';
import { ledger, record, shipsLog } from './sample/tables';

export interface SampleDocument {
  readonly path: string;
  readonly text: string;
}

/** Questions the sample answers, each in exactly one document. */
export const SAMPLE_QUESTIONS: readonly SampleQuestion[] = PLANTS.map(
  ({ question, documentPath, quote }) => ({
    question,
    documentPath,
    quote,
  }),
);

interface Series {
  readonly count: number;
  readonly path: (number: string) => string;
  readonly write: (options: PaperOptions) => string;
}

const SERIES: readonly Series[] = [
  { count: 96, path: (n) => `letters/${n}.txt`, write: letter },
  { count: 50, path: (n) => `logs/anselma-${n}.txt`, write: shipsLog },
  { count: 36, path: (n) => `ledgers/ledger-${n}.csv`, write: ledger },
  { count: 46, path: (n) => `records/${n}.json`, write: record },
  { count: 36, path: (n) => `minutes/${n}.txt`, write: minutes },
  { count: 24, path: (n) => `press/tarn-voe-courier-${n.slice(1)}.txt`, write: newspaper },
  { count: 6, path: (n) => `telegrams/${n}.jsonl`, write: telegrams },
];

/** About 1.3 MB of text in the order of the paths. The facts of `SAMPLE_QUESTIONS` are in it for every seed. */
export function generateSample(seed = 1921): SampleDocument[] {
  const random = seeded(seed);
  const prose = new Prose(random, RULES);
  const passages = new Map(PLANTS.map(({ documentPath, passage }) => [documentPath, passage]));
  const documents: SampleDocument[] = [];
  const add = (path: string, write: (options: PaperOptions) => string, number: number): void => {
    const passage = passages.get(path) ?? null;
    documents.push({ path, text: write({ random, prose, number, passage }) });
  };
  for (const { count, path, write } of SERIES)
    for (let number = 1; number <= count; number++) add(path(String(number).padStart(3, '0')), write, number);
  for (const [name, text] of Object.entries(MANUALS))
    add(`manuals/${name}.md`, (options) => manual(options, text), 1);
  add('site/town-guide.html', (options) => webPage(options, 'Tarn Voe: a guide for visitors'), 1);
  add('site/harbour.html', (options) => webPage(options, 'The harbour of Tarn Voe'), 2);
  return documents.sort((a, b) => (a.path < b.path ? -1 : 1));
}
