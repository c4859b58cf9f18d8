/** The built-in reader drives real cells through the real loop and quotes the right passage, with its exact place. */

import { afterAll, describe, expect, it } from 'vitest';
import { createReplFactory } from '../../../src/adapters/repl/repl-factory';
import { textContext } from '../../../src/core/corpus/context';
import { generateSample, SAMPLE_QUESTIONS } from '../../../src/core/corpus/sample';
import { scriptedModel } from '../../fixtures/scripted-model';
import { MOBY_DICK_QUESTIONS } from '../../unit/models/moby-dick-questions';
import { askReader, documentsContext, jsonContext, squash, type Asked } from './ask-reader';

const repls = createReplFactory({ root: location.origin + '/' });
afterAll(() => repls.close());

const LETTERS = {
  'letters/march.txt':
    'Dear Anna,\n\nThe lighthouse at Skerry Point was painted red and white in the spring of 1871. The old keeper, Tobias Lunn, kept forty geese.\n\nYours, Ida\n',
  'log 1872.csv':
    'date,ship,cargo\n1872-03-01,Marigold,salt herring\n1872-03-09,Albatross,coal\n1872-04-02,Sea Otter,timber\n',
  'minutes.md':
    '# Harbour board\n\nThe board resolved that the harbour dues for fishing boats be lowered to four shillings. The motion was carried by seven votes to two. 🐟 It was then late.\n',
};

/** Every quotation stands in its document, word for word, exactly where the answer says. */
function expectExact(asked: Asked, texts: Readonly<Record<string, string>>): void {
  expect(asked.quotations.length).toBeGreaterThan(0);
  for (const { name, text, start, end } of asked.quotations) {
    const document = [...(texts[name] ?? '')];
    expect(squash(document.slice(start, end).join(''))).toBe(text);
  }
}

describe('over several documents', () => {
  const ask = (question: string) => askReader(repls, question, documentsContext(LETTERS));

  it('looks, searches, reads and answers, and says that it is no AI', async () => {
    const asked = await ask('What colour was the lighthouse painted?');
    expect(asked.outcome).toMatchObject({ status: 'answered', problem: null });
    expect(asked.outcome.answer).toMatch(
      /^The built-in reader finds passages; it is not an AI and does not reason\./,
    );
    expect(asked.quotations[0]?.text).toContain('painted red and white in the spring of 1871');
    expectExact(asked, LETTERS);
    const { turns } = asked.tree.run;
    expect(turns).toHaveLength(4);
    expect(turns.flatMap((turn) => turn.repairs)).toEqual([]);
    expect(turns.flatMap((turn) => turn.cells).map((cell) => cell.result?.stderr)).toEqual(['', '', '', '']);
    expect(asked.tree.totals.subcalls).toBeGreaterThan(1);
    expect(asked.tree.totals.costUsd).toBe(0);
  });

  it('finds a row of a table', async () => {
    const asked = await ask('Which cargo did the Albatross carry?');
    expect(asked.quotations[0]).toMatchObject({ name: 'log 1872.csv' });
    expect(asked.quotations[0]?.text).toContain('1872-03-09,Albatross,coal');
    expectExact(asked, LETTERS);
  });

  it('counts places in characters, past an emoji too', async () => {
    const asked = await ask('When was it late?');
    expectExact(asked, LETTERS);
    expect(asked.quotations[0]?.text).toContain('It was then late.');
  });

  it('says what it searched when nothing matches', async () => {
    const { outcome, tree } = await ask('Wer zähmte Xylophondrachen?');
    expect(outcome.status).toBe('answered');
    expect(outcome.answer).toMatch(/searched 3 document\(s\), 4\d\d characters/);
    expect(outcome.answer).toContain('xylophondrachen');
    expect(tree.run.turns).toHaveLength(3);
  });
});

describe('over other contexts', () => {
  it('asks in any language', async () => {
    const german =
      'Der Leuchtturm wurde 1871 rot gestrichen.\n\nDer Kapitän hieß Jörg Öttinger und stammte aus Husum.\n';
    const asked = await askReader(repls, 'Wie hieß der Kapitän?', textContext(german, 'brief.txt'));
    expect(asked.quotations[0]?.text).toContain('Jörg Öttinger');
    const japanese = '灯台は春に赤く塗られた。船長の名前は田中である。港には猫が多い。';
    const second = await askReader(repls, '船長の名前は何ですか？', textContext(japanese, '手紙.txt'));
    expect(second.quotations[0]?.text).toContain('船長の名前は田中である。');
  });

  it('searches data as its text', async () => {
    const data = {
      ships: [
        { name: 'Marigold', captain: 'Ruth Ware' },
        { name: 'Otter', captain: 'Jo Pym' },
      ],
    };
    const asked = await askReader(repls, 'Who is the captain of the Marigold?', jsonContext(data));
    expect(asked.outcome.status).toBe('answered');
    expect(asked.quotations[0]?.text).toContain('Ruth Ware');
  });

  it('takes the question from the context when none is asked', async () => {
    const prompt = `${LETTERS['letters/march.txt']}\n\nWho was the old keeper of the lighthouse?`;
    const asked = await askReader(repls, null, textContext(prompt));
    expect(asked.quotations[0]?.text).toContain('The old keeper, Tobias Lunn');
  });

  it('answers as the sub-model of another root, through Python', async () => {
    const call = 'recursive_llm("Who was the old keeper?", context)';
    const root = scriptedModel({
      rule: ({ messages }) =>
        messages.some((message) => message.content.includes('Tobias Lunn'))
          ? 'FINAL(done)'
          : `\`\`\`repl\nprint(${call})\n\`\`\``,
    });
    const context = textContext(LETTERS['letters/march.txt']);
    const asked = await askReader(repls, 'Who?', context, { root });
    expect(asked.outcome).toMatchObject({ status: 'answered', answer: 'done' });
  });
});

describe('when things go wrong', () => {
  const question = 'What colour was the lighthouse painted?';

  it('leaves a draft when turns run out', async () => {
    const asked = await askReader(repls, question, documentsContext(LETTERS), { limits: { maxTurns: 2 } });
    expect(asked.outcome.status).toBe('partial');
    expect(asked.quotations[0]?.text).toContain('painted red and white');
  });

  it('gives the passages themselves when the sub-model quotes nothing that is there', async () => {
    const sub = scriptedModel({ rule: () => 'I believe it was blue.' });
    const asked = await askReader(repls, question, documentsContext(LETTERS), { sub });
    expect(asked.outcome.status).toBe('answered');
    expect(asked.outcome.answer).not.toContain('blue');
    expect(asked.quotations[0]?.text).toContain('painted red and white');
    expectExact(asked, LETTERS);
  });

  it('works with a sub-model that fails', async () => {
    const sub = scriptedModel({ rule: () => Promise.reject(new Error('down')) });
    const asked = await askReader(repls, question, documentsContext(LETTERS), { sub });
    expect(asked.outcome.status).toBe('answered');
    expectExact(asked, LETTERS);
  });

  it('says so when there is nothing at all', async () => {
    const asked = await askReader(repls, question, textContext(''));
    expect(asked.outcome.status).toBe('answered');
    expect(asked.outcome.answer).toContain('not an AI');
  });
});

const mobyDick = await fetch('/test-data/documents/text/2701-0.txt').then((r) => (r.ok ? r.text() : null));

describe.skipIf(mobyDick === null)('over Moby-Dick (skipped where the test data is not there)', () => {
  it('puts the right passage first for at least 8 of 10 questions', { timeout: 300_000 }, async () => {
    const texts = { 'moby-dick.txt': mobyDick ?? '' };
    const missed: string[] = [];
    for (const { question, quotes } of MOBY_DICK_QUESTIONS) {
      const asked = await askReader(repls, question, textContext(texts['moby-dick.txt'], 'moby-dick.txt'));
      expectExact(asked, texts);
      const first = asked.quotations[0]?.text ?? '';
      if (!quotes.some((quote) => first.includes(quote))) missed.push(`${question} → ${first.slice(0, 120)}`);
    }

    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(2);
  });
});

describe('over the sample corpus', () => {
  it('puts the right passage first for at least 8 of 10 questions', { timeout: 300_000 }, async () => {
    const texts = Object.fromEntries(generateSample().map(({ path, text }) => [path, text]));
    const missed: string[] = [];
    for (const { question, documentPath, quote } of SAMPLE_QUESTIONS) {
      const asked = await askReader(repls, question, documentsContext(texts));
      expectExact(asked, texts);
      const [first] = asked.quotations;
      const right = first?.name === documentPath && first.text.includes(squash(quote));
      if (!right) missed.push(`${question} → ${first?.name}: ${first?.text.slice(0, 120)}`);
    }
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(SAMPLE_QUESTIONS.length * 0.2);
  });
});
