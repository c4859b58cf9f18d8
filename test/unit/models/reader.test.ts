/** The built-in reader's logic: what it quotes, how it ranks, what it says to prompts that are not its own. */

import { describe, expect, it } from 'vitest';
import { createReader } from '../../../src/adapters/models/reader';
import { textContext } from '../../../src/core/corpus/context';
import { LEAD, pythonString } from '../../../src/core/models/reader/cells';
import { questionIn, readerReply } from '../../../src/core/models/reader/plan';
import { parseTask, RANK_TEMPLATE, READ_TEMPLATE } from '../../../src/core/models/reader/prompts';
import { pickQuote, rankQuotes } from '../../../src/core/models/reader/relevance';
import { piecesOf } from '../../../src/core/models/reader/sentences';
import { likeness, termsOf, wordsOf, type Word } from '../../../src/core/models/reader/words';
import { parseReply } from '../../../src/core/turn/parse';
import { firstMessage, OUT_OF_TURNS_PROMPT } from '../../../src/core/turn/prompts';
import { deriveSizes } from '../../../src/core/turn/sizes';
import { collect } from './collect';

const cut = (text: string) => piecesOf(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  it('end at marks, not at abbreviations, initials or cried he', () => {
    expect(cut('Mr. Starbuck came. “No!” cried he, and J. Bildad left? Yes.')).toEqual([
      'Mr. Starbuck came.',
      '“No!” cried he, and J. Bildad left?',
      'Yes.',
    ]);
  });

  it('run on over wrapped lines of prose, and end with the line elsewhere', () => {
    const prose =
      'The chief mate of the Pequod was Starbuck, a native of Nantucket, and a\r\nQuaker by descent. He was a long, earnest man, and though born on an icy\r\ncoast, seemed well adapted to endure hot latitudes.';
    expect(cut(prose)).toHaveLength(2);
    expect(
      cut(
        '2026-01-02 10:00 boot ok and everything is fine here\n2026-01-02 10:01 disk full on the second volume',
      ),
    ).toHaveLength(2);
    expect(cut('name,port\nMarigold,Hull\nOtter,Leith')).toHaveLength(3);
  });

  it('end without spaces where the script has none', () => {
    expect(cut('灯台は赤い。船は白い！')).toEqual(['灯台は赤い。', '船は白い！']);
  });
});

describe('words', () => {
  const first = (text: string): Word => {
    const [word] = wordsOf(text);
    if (!word) throw new Error(`no word in ${text}`);
    return word;
  };
  it.each([
    ['lose', 'lost'],
    ['raises', 'raised'],
    ['Ahab’s', 'AHAB'],
    ['café', 'cafe'],
    ['fasten', 'fastened'],
  ])('%s is like %s', (a, b) => expect(likeness(first(a), first(b))).toBeGreaterThan(0.5));
  it.each([
    ['leg', 'left'],
    ['whale', 'whole'],
    ['ship', 'shin'],
  ])('%s is not like %s', (a, b) => expect(likeness(first(a), first(b))).toBe(0));

  it('of a question are those that tell, in any language', () => {
    expect(termsOf('What is the name of the ship?').map((term) => term.folded)).toEqual(['ship']);
    expect(termsOf('Wie hieß der Kapitän?').map((term) => term.folded)).toEqual(['hieß', 'kapitan']);
    expect(termsOf('to be or not to be').length).toBeGreaterThan(0); // all grammar: all count
  });
});

describe('a quotation', () => {
  const passage =
    'It had been a cold spring.\nNobody came.\n\nThe keeper of the light was Tobias Lunn. He had kept it for forty years, through two wars. The geese were his wife’s.';

  it('is one to three neighbouring sentences, word for word', () => {
    const quote = pickQuote('Who was the keeper of the light?', passage);
    expect(quote).toContain('The keeper of the light was Tobias Lunn.');
    expect(passage).toContain(quote);
    expect(quote).not.toContain('Nobody came');
  });

  it('is none when no word of weight is there', () => {
    expect(pickQuote('What did the volcano destroy?', passage)).toBeNull();
  });

  it('is not the question itself', () => {
    const quote = pickQuote(
      'Who was the keeper of the light?',
      `${passage}\n\nWho was the keeper of the light?`,
    );
    expect(quote).toContain('Tobias Lunn');
    expect(quote).not.toContain('Who was');
  });

  it('of a heading gives way to what stands under it', () => {
    const text =
      'CHAPTER 9. The Light.\n\nIts keeper was Tobias Lunn, a patient man, and the light was never once out.';
    expect(pickQuote('What of the light?', text)).toContain('Tobias Lunn');
  });
});

describe('a ranking', () => {
  const order = (question: string, texts: readonly string[], counts?: ReadonlyMap<string, number>) =>
    rankQuotes(
      question,
      texts.map((text) => ({ text, score: 1 })),
      counts,
    );

  it('puts a definition first when one is asked for', () => {
    expect(
      order('What is a gam?', [
        'They had a gam that day with the other ship.',
        'A gam is a meeting of two ships.',
      ])[0],
    ).toBe(1);
  });

  it('puts a number first when one is asked for', () => {
    expect(
      order('How long was the skeleton?', [
        'The skeleton was long in the making.',
        'The skeleton was seventy feet.',
      ])[0],
    ).toBe(1);
  });

  it('weighs rare words above common ones', () => {
    const texts = ['The whale swam, and the whale sang.', 'The ambergris was grey.'];
    const counts = new Map([
      ['whale', 1200],
      ['ambergris', 15],
    ]);
    expect(order('Did the whale have ambergris?', texts, counts)[0]).toBe(1);
  });
});

describe('its own prompts', () => {
  it('are read back whatever the passage holds', () => {
    const passage = 'a\n\nPassage:\n{counts} “quoted”\n\nQuestion: x';
    const filled =
      READ_TEMPLATE.replace('{counts}', "{'ahab': 511, 'café': 2}").replace('{question}', 'Who?') + passage;
    expect(parseTask(filled)).toEqual({
      kind: 'read',
      question: 'Who?',
      counts: new Map([
        ['ahab', 511],
        ['cafe', 2],
      ]),
      passage,
    });
  });

  it('list candidates that may hold numbered lines', () => {
    const listing = '1. (score 3.50) one\n7. (score 9.99) still one\n2. (score 1.25) two';
    const filled = RANK_TEMPLATE.replace('{counts}', '{}').replace('{question}', 'Who?') + listing;
    expect(parseTask(filled)).toMatchObject({
      kind: 'rank',
      candidates: [
        { score: 3.5, text: 'one\n7. (score 9.99) still one' },
        { score: 1.25, text: 'two' },
      ],
    });
  });

  it('are not seen in other people’s', () => {
    expect(parseTask('Summarise: Copy from the passage')).toBeNull();
  });
});

describe('as a sub-model of another root', () => {
  const say = (content: string) => readerReply([{ role: 'user', content }]);
  const text =
    'The log is dull. On the ninth of March the Albatross brought coal to Skerry. Nothing else happened for weeks on end.';

  it('quotes where it sees a question and a text', () => {
    expect(say(`${text}\n\nWhat did the Albatross bring?`)).toContain(
      'the Albatross brought coal to Skerry.',
    );
    expect(say(`Question: what did the Albatross bring?\nText: ${text}`)).toContain('brought coal');
  });

  it.each(['Write a poem about coal.', 'What is love?', ''])('says what it is to %j', (prompt) => {
    expect(say(prompt)).toMatch(/not an AI.*Choose a model/);
  });
});

describe('as root', () => {
  const context = textContext('x'.repeat(5000), 'a.txt');
  const sizes = deriveSizes({ contextTokens: 200_000 }, { contextTokens: 200_000 });
  const facts = { context, sizes, depthLeft: 0, batchWidth: 8, maxTurns: 30 };
  const open = (question: string | null) => [
    { role: 'system', content: 'S' } as const,
    { role: 'user', content: firstMessage({ ...facts, question }) } as const,
  ];

  it.each(['Who?', 'First line\n\nYour context is funny, no?', '"""\\ \u2028 🐋'])(
    'finds the question %j in the first message',
    (question) => {
      expect(questionIn(firstMessage({ ...facts, question }))).toBe(question);
    },
  );

  it('knows when there is none', () => {
    expect(questionIn(firstMessage({ ...facts, question: null }))).toBeNull();
  });

  it('begins with one cell and a sentence, in the format asked for', () => {
    const parsed = parseReply(readerReply(open('Who was it?')));
    expect(parsed).toMatchObject({ repairs: [], final: null, untagged: [] });
    expect(parsed.cells).toHaveLength(1);
    expect(parsed.cells[0]?.code).toContain('question = "Who was it?"');
  });

  it('gives up in words when a step fails in a way it has no other way round', () => {
    const first = readerReply(open('Who?'));
    const messages = [
      ...open('Who?'),
      { role: 'assistant', content: first } as const,
      { role: 'user', content: 'REPL output:\nMemoryError: out of memory (line 3 of the cell)' } as const,
    ];
    const { final } = parseReply(readerReply(messages));
    expect(final).toMatchObject({
      kind: 'value',
      text: expect.stringContaining('MemoryError: out of memory') as unknown,
    });
  });

  it('says why when it had too few turns', () => {
    const first = readerReply(open('Who?'));
    const closing = `REPL output:\n1 document(s), 5 characters to search\n\n${OUT_OF_TURNS_PROMPT}`;
    const messages = [
      ...open('Who?'),
      { role: 'assistant', content: first } as const,
      { role: 'user', content: closing } as const,
    ];
    expect(readerReply(messages)).toContain('needs four turns');
  });

  it('writes any question as a Python string on one line', () => {
    for (const text of ['a"b\\c', 'line\nbreak', '\ud800 lone', 'sep\u2028 🐋'])
      expect(pythonString(text)).not.toMatch(/[\n\ud800](?![\udc00-\udfff])/);
    expect(JSON.parse(pythonString('a"b\\c\n🐋'))).toBe('a"b\\c\n🐋');
  });
});

describe('the model', () => {
  it('names itself, costs nothing, goes nowhere, and stops', async () => {
    const reader = createReader();
    expect(reader).toMatchObject({ name: 'built-in reader', host: null, price: { input: 0, output: 0 } });
    const got = await collect(reader, [{ role: 'user', content: 'Hello' }]);
    expect(got.text.startsWith(LEAD)).toBe(true);
    expect(got.end?.usage).toMatchObject({ costUsd: 0, estimated: true });
    await expect(collect(reader, undefined, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
