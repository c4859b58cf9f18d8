/** PDF files that are damaged, locked or made to do harm: each ends with a reason, in time. */

import { describe, expect, test } from 'vitest';
import { toProblem, type Problem } from '../../../src/core/errors';
import { encryptedPdf } from '../../fixtures/encrypted-pdf';
import { GREY, lines, smallPdf, stream } from '../../fixtures/small-pdf';
import { readPdfFile } from './pdf-kit';

const simple = (text: string, more = '') => ({ content: lines([text]), more });

async function problem(file: Blob, password: string | null = null): Promise<Problem> {
  try {
    await readPdfFile(file, password);
  } catch (thrown) {
    return toProblem(thrown);
  }
  throw new Error('the file was read');
}

/** A grey picture as large as its page. */
const scan = { content: 'q 600 0 0 800 0 0 cm /Im Do Q' };

describe('files that cannot be read, or not all', () => {
  test('a scan is named as one; where only some pages are, they are named', async () => {
    expect(await problem(smallPdf({ pages: [scan, scan], objects: { 5: GREY } }))).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('scan without a text layer') as string,
      hint: expect.stringContaining('OCR') as string,
    });
    const mixed = await readPdfFile(smallPdf({ pages: [simple('Text'), scan, scan], objects: { 5: GREY } }));
    expect(mixed.losses).toContainEqual({ what: 'scanned-pages', count: 2 });
    expect(mixed.problem?.message).toMatch(/^Pages 2 and 3 of this PDF are pictures/);
  });

  test('blank pages are no scan', async () => {
    expect((await problem(smallPdf({ pages: [{ content: '' }] }))).code).toBe('empty');
  });

  test('a password is asked for, and a wrong one is said to be wrong', async () => {
    const file = await encryptedPdf('Secret text', 'open sesame');
    expect((await readPdfFile(file, 'open sesame')).text).toBe('Secret text\n');
    const [missing, wrong] = [await problem(file), await problem(file, 'guess')];
    expect([missing.code, wrong.code]).toEqual(['password', 'password']);
    expect(missing.message).not.toBe(wrong.message);
  });

  test('what is no PDF, or has no page, is damaged', async () => {
    expect((await problem(new Blob(['%PDF-1.7\nnothing']))).code).toBe('malformed');
    expect((await problem(new Blob([]))).code).toBe('malformed');
  });

  test('a file without its end, or with a wrong table of objects, is read all the same', async () => {
    const whole = smallPdf({ pages: [simple('One'), simple('Two')] });
    const cut = whole.slice(0, (await whole.arrayBuffer()).byteLength - 400);
    expect((await readPdfFile(cut)).text).toContain('One');
    const shifted = new Blob(['%\n%\n%\n', whole]);
    expect((await readPdfFile(shifted)).text).toBe('One\n\nTwo\n');
  });

  test.each([
    [
      'a page tree that goes in circles',
      { objects: { 2: '<< /Type /Pages /Count 3 /Kids [2 0 R 10 0 R 2 0 R] >>' } },
    ],
    [
      'a form that draws itself',
      {
        pages: [
          {
            content: '/X Do BT /F1 10 Tf (a) Tj ET',
            more: '/Resources << /Font << /F1 3 0 R >> /XObject << /X 100 0 R >> >>',
          },
        ],
        objects: {
          100: stream(
            '/X Do',
            '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 100 0 R >> >>',
          ),
        },
      },
    ],
    [
      'arrays nested thousands deep',
      { objects: { 100: '['.repeat(20_000) + ']'.repeat(20_000) }, catalog: '/Deep 100 0 R' },
    ],
    [
      'a million pages that are not there',
      { objects: { 2: '<< /Type /Pages /Count 1000000 /Kids [10 0 R] /MediaBox [0 0 9 9] >>' } },
    ],
  ])('%s ends in time', async (_, parts) => {
    const startedAt = performance.now();
    const ended = await readPdfFile(smallPdf({ pages: [simple('Text')], ...parts })).then(
      () => 'read',
      (thrown: unknown) => toProblem(thrown).code,
    );
    expect(['read', 'malformed', 'empty', 'unreadable']).toContain(ended);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
