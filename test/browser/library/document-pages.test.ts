/** A document with pages in a real browser: pictures of what is in view, marked where they should be; text as well. */

import { mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import axe from 'axe-core';
import { BARE, type Library, type PageRequest, type StoredDocument } from '../../../src/core/corpus/library';
import type { Mark, Structure } from '../../../src/core/corpus/structure';
import DocumentView from '../../../src/ui/library/DocumentView.svelte';

const PAGES = 300;
const PARAGRAPH = 'The harbour was quiet, and the tide came in late.\n';
const starts: number[] = [];
let text = '';
for (let number = 1; number <= PAGES; number++) {
  starts.push(text.length);
  text += `Chapter ${String(number)}\n\n${PARAGRAPH.repeat(12)}`;
  if (number === 7) text += 'Part\tCost\nkeel\t1200\nmast\t90\n';
  text += '\n';
}
const endOf = (index: number) => (starts[index + 1] ?? text.length) - 1;
const tableAt = text.indexOf('Part\tCost');
const marks: Mark[] = starts.flatMap((start, index): Mark[] => [
  { kind: 'page', start, end: endOf(index), label: ['i', 'ii'][index] ?? String(index - 1) },
  { kind: 'section', start, end: endOf(index), label: `Chapter ${String(index + 1)}`, level: 1 },
]);
marks.push({
  kind: 'table',
  start: tableAt,
  end: text.indexOf('90\n') + 2,
  label: '',
  table: { layout: 'tabs', reads: 'values', header: true, origin: null, exact: [] },
});
const structure: Structure = { marks: marks.sort((a, b) => a.start - b.start), metadata: {}, losses: [] };

const report: StoredDocument = {
  ...BARE,
  id: 'd',
  name: 'report.pdf',
  path: 'report.pdf',
  corpusId: 'c',
  index: 0,
  chars: text.length,
  sourceBytes: 1_000_000,
  sizeBytes: text.length,
  encoding: '',
  kind: 'pdf',
  problem: null,
  duplicateOf: null,
  pages: PAGES,
  hasSource: true,
  metadata: { title: 'On harbours', author: 'A. Pilot', createdAt: '2021-05-03' },
  losses: [
    { what: 'images', count: 14 },
    { what: 'scanned-pages', count: 2 },
  ],
};

const asked: PageRequest[] = [];
const library: Pick<Library, 'text' | 'structure' | 'page'> = {
  structure: () => Promise.resolve(structure),
  text: (_id, range) => Promise.resolve(text.slice(range?.start, range?.end)),
  async page(_id, request, signal) {
    asked.push(request);
    await new Promise((resolve) => setTimeout(resolve, 20)); // as drawing takes
    signal?.throwIfAborted();
    const { widthPx } = request;
    const heightPx = Math.round(widthPx * 1.4);
    const canvas = new OffscreenCanvas(widthPx, heightPx);
    canvas.getContext('2d')?.fillRect(0, 0, 1, 1);
    const rects = request.span
      ? [{ x: widthPx / 4, y: heightPx * 0.75, width: widthPx / 2, height: 20 }]
      : [];
    return { image: await canvas.convertToBlob(), widthPx, heightPx, rects };
  },
};

let mounted: Record<string, unknown> | null = null;
const looks: string[] = [];

function open(span: { start: number; end: number } | null, look: 'pages' | 'text' = 'pages') {
  const target = document.createElement('main');
  target.style.cssText = 'position: fixed; inset: 0';
  document.body.append(target);
  const onlook = (next: string) => looks.push(next);
  mounted = mount(DocumentView, { target, props: { library, document: report, span, look, onlook } });
  return target;
}
const field = () => page.getByRole('textbox', { name: /^Page/ });
const pictures = (target: Element) =>
  [...target.querySelectorAll('figure img')].map((image) => image.getAttribute('alt'));

afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  asked.length = 0;
  looks.length = 0;
  document.body.replaceChildren();
  vi.restoreAllMocks();
  await page.viewport(414, 896);
});

describe('a document with pages', () => {
  it('opens at the page of a quotation, marked where it stands, and draws no page out of sight', async () => {
    const start = (starts[210] ?? 0) + 40;
    const target = open({ start, end: start + 30 });
    const rect = () => target.querySelector('.rect')?.getBoundingClientRect();
    await expect.poll(() => rect()?.top ?? -1, { timeout: 15_000 }).toBeGreaterThan(0);
    await expect.poll(() => rect()?.bottom ?? Infinity).toBeLessThan(innerHeight);
    await expect.element(field()).toHaveValue('211');
    await expect.element(page.getByText('of 300, printed 209')).toBeVisible();
    const figure = target.querySelector('.rect')?.closest('figure')?.getBoundingClientRect();
    const box = rect();
    expect(((box?.left ?? 0) - (figure?.left ?? 0)) / (figure?.width ?? 1)).toBeCloseTo(0.25, 2);
    expect(((box?.top ?? 0) - (figure?.top ?? 0)) / (figure?.height ?? 1)).toBeCloseTo(0.75, 2);
    expect(new Set(asked.map(({ number }) => number)).size).toBeLessThan(20);
    expect(asked.find(({ number }) => number === 211)?.span).toMatchObject({ start });
    expect(asked.find(({ number }) => number === 211)?.widthPx).toBe(
      Math.round((figure?.width ?? 0) * devicePixelRatio),
    );
  });

  it('goes to pages by number and by what is printed on them, by keyboard', async () => {
    const target = open(null);
    await expect.poll(() => pictures(target).join()).toContain('Page i, number 1 of report.pdf');
    await userEvent.fill(field(), '150');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => pictures(target).join()).toContain('Page 148, number 150');
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(field()).toHaveValue('151');
    await userEvent.fill(field(), 'ii');
    await userEvent.keyboard('{Enter}');
    await expect.element(field()).toHaveValue('2');
    await expect.poll(() => pictures(target).join()).toContain('Page ii, number 2');
    await userEvent.fill(field(), '9999');
    await userEvent.keyboard('{Enter}');
    await expect.element(field()).toHaveValue('2');
  });

  it('lets go of every picture it no longer shows', async () => {
    const made = vi.spyOn(URL, 'createObjectURL');
    const revoked = vi.spyOn(URL, 'revokeObjectURL');
    const target = open(null);
    for (const number of [20, 60, 100, 140, 180, 220, 260, 300]) {
      await userEvent.fill(field(), String(number));
      await userEvent.keyboard('{Enter}');
      await expect.poll(() => pictures(target).join()).toContain(`number ${String(number)} of`);
    }
    expect(made.mock.calls.length).toBeGreaterThan(12);
    expect(made.mock.calls.length - revoked.mock.calls.length).toBeLessThanOrEqual(13);
    if (mounted) await unmount(mounted);
    mounted = null;
    expect(revoked.mock.calls.length).toBe(made.mock.calls.length);
  });

  it('says what it is and what was lost, and is free of faults that axe sees, both ways', async () => {
    const target = open({ start: tableAt, end: tableAt + 9 });
    await expect.poll(() => target.querySelector('.rect')).not.toBeNull();
    await expect.element(page.getByText('On harbours · A. Pilot · 3 May 2021')).toBeVisible();
    await expect.element(page.getByText(/^PDF · 300 pages · ≈/)).toBeVisible();
    await expect.element(page.getByText('Lost in reading: 14 images, 2 pages that are scans.')).toBeVisible();
    const faults = async () =>
      (await axe.run(target)).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    expect(await faults()).toEqual([]);
    await userEvent.click(page.getByRole('radio', { name: 'Text' }));
    expect(looks).toEqual(['text']);
  });

  it('keeps the page and what is marked on it in view while the contents open beside it', async () => {
    await page.viewport(1000, 800);
    const start = (starts[210] ?? 0) + 40;
    const target = open({ start, end: start + 30 });
    const rect = () => target.querySelector('.rect')?.getBoundingClientRect();
    await expect.poll(() => rect()?.bottom ?? Infinity).toBeLessThan(800);
    const before = rect()?.left ?? 0;
    await userEvent.click(page.getByRole('button', { name: 'Contents' }));
    await expect.poll(() => rect()?.left ?? 0).toBeGreaterThan(before);
    await expect.element(field()).toHaveValue('211');
    await expect.poll(() => rect()?.bottom ?? Infinity).toBeLessThan(800);
    expect(rect()?.top).toBeGreaterThan(0);
  });

  it('covers the pages with its contents where there is no room beside them, and uncovers what was chosen', async () => {
    const target = open(null);
    await userEvent.click(page.getByRole('button', { name: 'Contents' }));
    await userEvent.click(page.getByRole('button', { name: 'Chapter 12', exact: true }));
    await expect.element(page.getByRole('navigation')).not.toBeInTheDocument();
    await expect.poll(() => pictures(target).join()).toContain('number 12 of');
  });
});

describe('the text of a document with pages', () => {
  it('is set with its headings, its tables and where pages begin, to the character', async () => {
    const target = open({ start: tableAt + 5, end: tableAt + 14 }, 'text');
    await expect.poll(() => target.querySelector('mark')).not.toBeNull();
    expect([...target.querySelectorAll('mark')].map(({ textContent }) => textContent).join('')).toBe(
      'Cost\nkeel',
    );
    const shown = target.querySelector('.text')?.textContent ?? '';
    expect(shown.length).toBeGreaterThan(8000);
    expect(text).toContain(shown);
    await expect.element(page.getByRole('heading', { name: 'Chapter 7', exact: true })).toBeVisible();
    await expect.element(page.getByRole('columnheader', { name: 'Cost' })).toBeVisible();
    expect(target.querySelector<HTMLElement>('.break')?.dataset['label']).toBe('p. i');
    const faults = (await axe.run(target)).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    expect(faults).toEqual([]);
  });

  it('has contents that lead there, and the page goes along', async () => {
    await page.viewport(1000, 800);
    const target = open(null, 'text');
    await userEvent.click(page.getByRole('button', { name: 'Contents' }));
    const chapter = page.getByRole('button', { name: 'Chapter 9', exact: true });
    await userEvent.click(chapter);
    const heading = page.getByRole('heading', { name: 'Chapter 9', exact: true });
    await expect.element(heading).toBeVisible();
    const top = () =>
      heading.element().getBoundingClientRect().top -
      (target.querySelector('.scroller')?.getBoundingClientRect().top ?? 0);
    await expect.poll(top).toBeLessThan(20);
    expect(top()).toBeGreaterThanOrEqual(-1);
    await expect.element(field()).toHaveValue('9');
    await expect.element(chapter).toHaveAttribute('aria-current', 'location');
  });
});
