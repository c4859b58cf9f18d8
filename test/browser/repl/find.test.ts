/** `search` in Python by the library's index: through the sandbox, over a corpus as it is stored, and without one. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibrary } from '../../../src/adapters/store/library';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import type { CorpusInfo } from '../../../src/core/corpus/library';
import type { Repl } from '../../../src/core/ports';
import { cell, factory, noCalls, openRepl } from './harness';

const FILLER =
  'The harbour was quiet that evening, and the lamps were lit one after another along the quay. ';
const TEXTS: Record<string, string> = {
  'a.txt': FILLER.repeat(30) + 'Captain Ørsted saw an albatross. ' + FILLER.repeat(30),
  'b.txt': '🙂 ' + FILLER.repeat(30) + 'The albatross followed him for nine days. ' + FILLER.repeat(30),
  'c.txt': FILLER.repeat(40),
};

const repls = factory();
const library = createLibrary();
let corpus: CorpusInfo;
let stored: ContextSource;

beforeAll(async () => {
  const files = Object.entries(TEXTS).map(([path, text]) => ({ path, file: new File([text], path) }));
  ({ corpus } = await library.import(files, { name: 'find in python' }));
  stored = await library.context(corpus.id);
});
afterAll(async () => {
  repls.close();
  await library.remove(corpus.id);
});

/** The stored corpus, with every question to its index written down. */
function watched(asked: string[], find = stored.find): ContextSource {
  return {
    ...stored,
    find: async (query, limit, signal) => {
      asked.push(`${query} ${limit}`);
      return (await find?.(query, limit, signal)) ?? [];
    },
  };
}

async function printed(repl: Repl, code: string): Promise<string> {
  const { stdout, stderr } = await cell(repl, code);
  expect(stderr).toBe('');
  return stdout;
}

const SHOW = `for hit in search("albatross days", k=2):
    print(hit.name, hit.document, context[hit.document][hit.start:hit.end] == hit.text, "albatross" in hit, hit.score > 0)`;
const FOUND = 'b.txt 1 True True True\na.txt 0 True True True\n';

describe('search in Python', () => {
  it('asks the index, and cuts what it found out of the documents', async () => {
    const asked: string[] = [];
    const repl = await openRepl(repls, watched(asked));
    expect(await printed(repl, SHOW)).toBe(FOUND);
    expect(asked).toEqual(['albatross days 2']);
    expect(await printed(repl, `print(search("orsted", 3)[0].cite)`)).toMatch(/^\[a\.txt @ \d+-\d+\]\n$/);
    expect(await printed(repl, `print(search("nowhere at all"))`)).toBe('[]\n');
    repl.close();
  });

  it('is the same for a corpus of one document, where the context is its text', async () => {
    const file = new File([TEXTS['b.txt'] ?? ''], 'only.txt');
    const one = await library.import([{ path: 'only.txt', file }], { name: 'one' });
    const repl = await openRepl(repls, await library.context(one.corpus.id));
    const code = `hit = search("albatross")[0]
print(type(context) is str, hit.name, context[hit.start:hit.end] == hit.text, "albatross" in hit)`;
    expect(await printed(repl, code)).toBe('True only.txt True True\n');
    repl.close();
    await library.remove(one.corpus.id);
  });

  it('works from threads and comprehensions, many at once', async () => {
    const repl = await openRepl(repls, stored);
    const code = `from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(40) as pool:
    found = list(pool.map(lambda n: len(search("albatross", k=2)), range(40)))
print(set(found), [len(search(word, 1)) for word in ("harbour", "zebra")])`;
    expect(await printed(repl, code)).toBe('{2} [1, 0]\n');
    repl.close();
  });

  it('scans the texts itself when there is no index, when it fails, and for what it does not take', async () => {
    const { kind, typeName, documents, chars } = stored;
    const plain: ContextSource = { kind, typeName, documents, chars, open: () => stored.open() };
    const failing: ContextSource = { ...stored, find: () => Promise.reject(new Error('gone')) };
    for (const context of [plain, failing]) {
      const repl = await openRepl(repls, context);
      expect(await printed(repl, SHOW)).toBe(FOUND);
      repl.close();
    }
    const asked: string[] = [];
    const repl = await openRepl(repls, watched(asked));
    const code = `print(len(search("albatross", 500)), len(search("albatross " * 1000, 2)))
context.pop()
print(len(search("albatross", 5)))`;
    expect(await printed(repl, code)).toBe('2 2\n2\n');
    expect(asked).toEqual([]);
    repl.close();
  });

  it('knows which context it looks into when a conversation goes on', async () => {
    const asked: string[] = [];
    const repl = await openRepl(repls, watched(asked));
    const next = { onSubcall: noCalls, history: [] };
    await repl.followUp({ ...next, context: textContext('A text about a zebra, given by hand.') });
    expect(await printed(repl, `print([hit.text for hit in search("zebra")])`)).toBe(
      "['A text about a zebra, given by hand.']\n",
    );
    expect(asked).toEqual([]);
    await repl.followUp({ ...next, context: watched(asked) });
    expect(await printed(repl, `print(len(search("albatross")))`)).toBe('2\n');
    expect(asked).toEqual(['albatross 10']);
    repl.close();
  });

  it('does not count the wait as computing, and ends it when the cell is stopped', async () => {
    const slow: ContextSource = {
      ...stored,
      find: (query, limit, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          if (query !== 'for ever')
            setTimeout(() => resolve(stored.find?.(query, limit, signal) ?? []), 2500);
        }),
    };
    const repl = await openRepl(repls, slow);
    const waited = await cell(repl, 'print(len(search("albatross")))', { computeTimeoutMs: 1000 });
    expect(waited).toMatchObject({ stdout: '2\n', interrupted: null });
    expect(waited.computeMs).toBeLessThan(1000);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const stopped = await cell(repl, 'kept = 1\nsearch("for ever")', { signal: stop.signal });
    expect(stopped).toMatchObject({ interrupted: 'stop', lost: null });
    expect(await printed(repl, 'print(kept)')).toBe('1\n');
    repl.close();
  });
});
