/** The document view in a real browser: it opens at the place, stays small, and never moves what is being read. */

import { mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import { BARE, type StoredDocument } from '../../../src/core/corpus/library';
import { NO_STRUCTURE } from '../../../src/core/corpus/structure';
import DocumentView from '../../../src/ui/library/DocumentView.svelte';

const LINES = 40_000;
const LINE = 'Line 00000: the tide came in late and the harbour was quiet.\n';
const text = Array.from({ length: LINES }, (_, line) =>
  LINE.replace('00000', String(line).padStart(5, '0')),
).join('');
const document_: StoredDocument = {
  id: 'd',
  name: 'tides.log',
  corpusId: 'c',
  index: 0,
  chars: text.length,
  sourceBytes: text.length,
  sizeBytes: text.length,
  encoding: 'utf-8',
  kind: 'log',
  problem: null,
  duplicateOf: null,
  path: 'tides.log',
  ...BARE,
};
const library = {
  structure: () => Promise.resolve(NO_STRUCTURE),
  page: () => Promise.reject(new Error('It has no pages.')),
  text: async (_id: string, range = { start: 0, end: text.length }) => {
    await new Promise((resolve) => setTimeout(resolve, 5)); // as a worker would take
    return text.slice(range.start, range.end);
  },
};

let mounted: Record<string, unknown> | null = null;

function open(span: { start: number; end: number } | null) {
  const target = document.createElement('div');
  target.style.cssText = 'position: fixed; inset: 0';
  document.body.append(target);
  mounted = mount(DocumentView, { target, props: { library, document: document_, span } });
  return { target, scroller: page.getByRole('region', { name: 'Text of tides.log' }) };
}

const startOf = (line: number) => line * LINE.length;
const textNodes = (target: Element) => target.querySelector('.text')?.textContent ?? '';

/** The line at a height in the view, as text, and its exact offset. */
function lineAt(target: Element): { line: string; top: number } {
  const box = (target.querySelector('.scroller') ?? target).getBoundingClientRect();
  const caret = document.caretPositionFromPoint(box.left + 60, box.top + 200);
  const node = caret?.offsetNode as Text;
  const back = node.data.lastIndexOf('Line ', caret?.offset);
  // Near the start of a piece its first line begins in the one before.
  const at = back >= 0 ? back : node.data.indexOf('Line ');
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + 10);
  return { line: range.toString(), top: range.getBoundingClientRect().top };
}

afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.replaceChildren();
});

describe('a document', () => {
  it('opens at the span, highlighted and in view, without reading the rest', async () => {
    const { target } = open({ start: startOf(30_000) + 12, end: startOf(30_000) + 29 });
    await expect.poll(() => target.querySelector('mark')?.textContent).toBe('the tide came in ');
    const mark = target.querySelector('mark');
    await expect.poll(() => mark?.getBoundingClientRect().top ?? -1).toBeGreaterThan(0);
    expect(mark?.getBoundingClientRect().bottom).toBeLessThan(innerHeight);
    expect(textNodes(target).length).toBeLessThan(100_000);
  });

  it('keeps the line being read where it is while text is added above it', async () => {
    const { target } = open({ start: startOf(20_000), end: startOf(20_000) + 10 });
    await expect.poll(() => target.querySelector('mark')).not.toBeNull();
    const scroller = target.querySelector<HTMLElement>('.scroller');
    if (!scroller) throw new Error('no scroller');
    let moved = 0;
    for (let step = 0; step < 25; step++) {
      const first = textNodes(target).slice(0, 10);
      scroller.scrollTop -= 900;
      const before = lineAt(target);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const after = lineAt(target);
      expect(after.line).toBe(before.line);
      expect(Math.abs(after.top - before.top)).toBeLessThanOrEqual(1);
      if (textNodes(target).slice(0, 10) !== first) moved++;
    }
    expect(moved, 'text was added above at least twice').toBeGreaterThanOrEqual(2);
    expect(textNodes(target).length).toBeLessThanOrEqual(10 * 8192 + LINE.length);
  });

  it('finds the next and the previous place of words', async () => {
    const { target } = open(null);
    await userEvent.type(page.getByRole('searchbox', { name: 'Find in document' }), 'line 12345:');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => target.querySelector('mark')?.textContent).toBe('Line 12345:');
    await userEvent.fill(page.getByRole('searchbox', { name: 'Find in document' }), 'harbour');
    await userEvent.click(page.getByRole('button', { name: 'Previous match' }));
    await expect.poll(() => target.querySelector('mark')?.textContent).toBe('harbour');
    const before = document.createRange();
    before.setStartBefore(target.querySelector('.text') ?? target);
    before.setEndBefore(target.querySelector('mark') ?? target);
    expect(before.toString().endsWith('Line 12344: the tide came in late and the ')).toBe(true);
  });

  it('goes to a position with the slider, by keyboard', async () => {
    const { target } = open(null);
    await expect.poll(() => textNodes(target)).toContain('Line 00000');
    page.getByRole('slider').element().focus();
    await userEvent.keyboard('{End}');
    await expect.poll(() => textNodes(target)).toContain('Line 39999');
    await expect
      .element(page.getByText(`End of document, ${text.length.toLocaleString('en-US')} characters`))
      .toBeVisible();
  });
});
