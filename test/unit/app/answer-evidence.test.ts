/** Marks of an answer say where in the documents it stands, in words; their evidence holds the passage. */

import { describe, expect, it } from 'vitest';
import { AnswerCheck } from '../../../src/app/answer-check.svelte';
import { gatherEvidence } from '../../../src/app/answer-evidence';
import type { CheckLibrary } from '../../../src/app/check-marks';
import { findQuote } from '../../../src/core/corpus/citations';
import type { Mark } from '../../../src/core/corpus/structure';
import { SondeError } from '../../../src/core/errors';
import { stored } from '../../fixtures/memory-library';

const PAGE = 'The tide came in late and the harbour was quiet. Nobody had seen the boat return.\n'.repeat(60);
const report = `${PAGE}\n${PAGE}The keel was laid in the spring of the year.\n${PAGE}`;
const pageMark = (number: number, start: number, end: number): Mark => ({
  kind: 'page',
  start,
  end,
  label: String(number),
});
const reportMarks = [
  pageMark(1, 0, PAGE.length),
  pageMark(2, PAGE.length + 1, report.length - PAGE.length),
  pageMark(3, report.length - PAGE.length, report.length),
];
const sheet = 'Part\tCost\nkeel\t1200 crowns in silver\nmast\t90\n';
const sheetMarks: Mark[] = [
  { kind: 'sheet', start: 0, end: sheet.length, label: 'Budget' },
  {
    kind: 'table',
    start: 0,
    end: sheet.length - 1,
    label: '',
    table: { layout: 'tabs', reads: 'values', header: true, origin: [2, 1], exact: [] },
  },
];
const texts: Record<string, string> = {
  'c1/files/report.pdf': report,
  'c1/costs.xlsx': sheet,
  'c1/log.txt': PAGE,
};
const marks: Record<string, Mark[]> = { 'c1/files/report.pdf': reportMarks, 'c1/costs.xlsx': sheetMarks };

function libraryOf(overrides: Partial<CheckLibrary> = {}) {
  const asked: string[] = [];
  const ids = Object.keys(texts);
  const library: CheckLibrary = {
    documents: () =>
      Promise.resolve(
        ids.map((id) => ({ ...stored(id.slice(3), 'c1', { chars: texts[id]?.length ?? 0 }), id })),
      ),
    locate: (_corpus, quotations) =>
      Promise.resolve(
        quotations.map(({ text }) => {
          for (const id of ids) {
            const range = findQuote(texts[id] ?? '', text);
            if (range) return { documentId: id, start: range.start, end: range.end };
          }
          return null;
        }),
      ),
    structure: (id) => {
      asked.push(id);
      return Promise.resolve({ marks: marks[id] ?? [], metadata: {}, losses: [] });
    },
    text: (id, range) => Promise.resolve((texts[id] ?? '').slice(range?.start, range?.end)),
    ...overrides,
  };
  return { library, asked };
}

const KEEL = report.indexOf('The keel');
const answer =
  '“The keel was laid in the spring of the year” and “1200 crowns in silver”, but never “a keel made all of glass”.\n\n' +
  `See [report.pdf @ ${String(KEEL)}-${String(KEEL + 20)}] and [log.txt @ 2460] and [gone.txt @ 5].`;

describe('the marks of an answer', () => {
  it('say where in the documents, in words; a share where there is no better', async () => {
    const { library, asked } = libraryOf();
    const check = new AnswerCheck(library);
    await check.check(answer, 'c1');
    expect(check.marks.map(({ kind, state, place }) => [kind, state, place])).toEqual([
      ['quotation', 'found', 'report.pdf, p. 2'],
      ['quotation', 'found', 'costs.xlsx, Budget!C4'],
      ['quotation', 'missing', ''],
      ['citation', 'found', 'report.pdf, p. 2'],
      ['citation', 'found', 'log.txt, 50\u202f%'],
      ['citation', 'missing', 'gone.txt'],
    ]);
    expect(asked.toSorted(), 'each structure once').toEqual(Object.keys(texts).toSorted());
  });

  it('are as good without a structure, only less exact', async () => {
    const { library } = libraryOf({
      structure: () => Promise.reject(new SondeError({ code: 'internal', message: 'No structure.' })),
    });
    const check = new AnswerCheck(library);
    await check.check(answer, 'c1');
    expect(check.marks[0]).toMatchObject({ state: 'found', place: 'report.pdf, 66\u202f%' });
    expect(check.problem).toBeNull();
  });
});

describe('the evidence of an answer', () => {
  it('holds the passage as the document has it, and what stands around it', async () => {
    const { library } = libraryOf();
    const { evidence } = await gatherEvidence(library, answer, 'c1');
    const [first, , missing, cited] = evidence;
    expect(first).toMatchObject({
      verdict: 'found',
      documentName: 'files/report.pdf',
      where: 'report.pdf, p. 2',
      span: { start: KEEL, end: KEEL + 43 },
      source: {
        passage: 'The keel was laid in the spring of the year',
        cut: { before: true, passage: false, after: true },
      },
    });
    expect(report.slice(0, KEEL).endsWith(first?.source?.before ?? '-')).toBe(true);
    expect(report.slice(KEEL + 43).startsWith(first?.source?.after ?? '-')).toBe(true);
    expect(first?.source?.before.length).toBeGreaterThan(200);
    expect(missing).toMatchObject({ verdict: 'missing', span: null, where: null, source: null });
    expect(cited).toMatchObject({
      kind: 'citation',
      text: expect.stringMatching(/^report\.pdf @ \d+-\d+$/) as string,
    });
  });

  it('is unchecked, not missing, where the documents are gone or cannot be read', async () => {
    for (const library of [
      libraryOf({ documents: () => Promise.resolve([]) }).library,
      libraryOf({ locate: () => Promise.reject(new Error('The disk is gone.')) }).library,
    ]) {
      const { evidence } = await gatherEvidence(library, answer, 'c1');
      expect(new Set(evidence.map(({ verdict }) => verdict))).toEqual(new Set(['unchecked']));
    }
  });
});
