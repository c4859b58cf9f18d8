/** An answer as a web page of its own, opened in a real browser: its evidence is there, and nothing in it can act. */

import { afterEach, describe, expect, it } from 'vitest';
import { makeAnswerFile } from '../../../src/app/answer-files';
import type { CheckLibrary } from '../../../src/app/check-marks';
import { findQuote } from '../../../src/core/corpus/citations';
import { BARE } from '../../../src/core/corpus/library';
import { foldRun } from '../../../src/core/record/fold';
import { answerMarkup } from '../../../src/ui/answer/answer-markup';
import { syntheticRun } from '../../fixtures/synthetic-run';

const BOOK = `Loomings.\n\n${'The sea was calm. '.repeat(40)}\nCall me Ishmael, some years ago. <script>parent.hostile = 1</script> ${'The sea was calm. '.repeat(40)}`;
const library: CheckLibrary = {
  documents: () =>
    Promise.resolve([
      {
        ...BARE,
        ...{
          id: 'd',
          name: 'books/moby.txt',
          path: 'books/moby.txt',
          corpusId: 'c',
          index: 0,
          chars: BOOK.length,
        },
        ...{
          sourceBytes: 1,
          sizeBytes: 1,
          encoding: 'utf-8',
          kind: 'text',
          problem: null,
          duplicateOf: null,
        },
      },
    ]),
  locate: (_id, quotations) =>
    Promise.resolve(
      quotations.map(({ text }) => {
        const range = findQuote(BOOK, text);
        return range && { documentId: 'd', start: range.start, end: range.end };
      }),
    ),
  structure: () =>
    Promise.resolve({
      marks: [{ kind: 'chapter', start: 0, end: BOOK.length, label: 'Loomings' }],
      metadata: {},
      losses: [],
    }),
  text: (_id, range) => Promise.resolve(BOOK.slice(range?.start, range?.end)),
};

const ANSWER = `He says “Call me Ishmael, some years ago” and not “a sentence that nobody wrote”.

<img src=${location.origin}/away.png onerror=parent.hostile=1><script>parent.hostile = 1</script>

| a | b |
|---|---|
| 1 | [link](https://example.org) |`;

async function open(text: string): Promise<Document> {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'inline-size: 800px; block-size: 900px';
  // Without a sandbox, so that whatever could act would.
  frame.src = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  await new Promise((resolve) => setTimeout(resolve, 200));
  if (!frame.contentDocument) throw new Error('the frame has no document');
  return frame.contentDocument;
}

async function fileOf(corpusId: string | null = 'c') {
  const tree = foldRun(syntheticRun({ answer: ANSWER, question: 'What does he say?' }));
  if (!tree) throw new Error('no root');
  const context = { ...tree.run.context, corpusId };
  const own = { ...tree, run: { ...tree.run, context } };
  return makeAnswerFile(own, 'html', library, (checked) => Promise.resolve(answerMarkup(checked)));
}

afterEach(() => {
  document.body.replaceChildren();
  performance.clearResourceTimings();
  Reflect.deleteProperty(window, 'hostile');
});

describe('an answer as a web page', () => {
  it('would act if it were not cleaned: this test can fail', async () => {
    await open(ANSWER);
    await expect.poll(() => Reflect.get(window, 'hostile')).toBe(1);
  });

  it('runs nothing and asks for nothing, whatever the answer and the documents hold', async () => {
    const page = await open((await fileOf()).text);
    expect(Reflect.get(window, 'hostile')).toBeUndefined();
    const frame = document.querySelector('iframe')?.contentWindow;
    expect(frame?.performance.getEntriesByType('resource')).toEqual([]);
    expect(page.querySelector('script, link, iframe, img')).toBeNull();
    expect(page.body.textContent).toContain('<script>parent.hostile = 1</script>');
  });

  it('leads from each quotation to its verdict, its place and its passage', async () => {
    const { name, text } = await fileOf();
    expect(name).toBe('What-does-he-say.html');
    const page = await open(text);
    const mark = page.querySelector<HTMLAnchorElement>('.answer a.mark');
    expect(mark?.textContent).toBe('✓ moby.txt, ch. Loomings');
    const evidence = page.getElementById(mark?.hash.slice(1) ?? '');
    expect(evidence?.querySelector('mark')?.textContent).toBe('Call me Ishmael, some years ago');
    expect(evidence?.querySelector('blockquote')?.textContent).toMatch(/^… .*sea was calm/);
    expect(page.querySelector('.answer .missing')?.textContent).toBe('? not found in the documents');
    expect(page.querySelector('li.missing')?.textContent).toContain('a sentence that nobody wrote');
    expect(getComputedStyle(page.querySelector('li.missing .verdict') ?? page.body).color).not.toBe(
      getComputedStyle(page.body).color,
    );
  });

  it('says that nothing was checked where the documents are not at hand', async () => {
    const page = await open((await fileOf(null)).text);
    expect([...page.querySelectorAll('section li')].map(({ className }) => className)).toEqual([
      'unchecked',
      'unchecked',
    ]);
  });
});
