/** Workbooks that are broken, or made to do harm: each ends soon, with a problem that has a name or with what there is. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readXlsx } from '../../../../src/adapters/ingest/formats/xlsx/xlsx';
import { toProblem } from '../../../../src/core/errors';
import { marksOf, problemOf, readWith, tablesIn } from '../../../fixtures/read-with';
import { dataPath } from '../../../fixtures/shared-data';
import { relationships, sheetPart, workbookOf } from './workbook-parts';

const cell = '<row r="1"><c r="A1"><v>1</v></c></row>';

describe('problems with a name', () => {
  test.each([
    ['nothing at all', new Blob([]), 'malformed'],
    ['something else', new Blob(['hello'.repeat(100)]), 'malformed'],
    ['a workbook without sheets', workbookOf({}), 'malformed'],
    ['sheets without cells', workbookOf({ sheets: { A: '', B: '' } }), 'empty'],
    [
      'a binary workbook',
      workbookOf({
        parts: {
          '_rels/.rels': relationships(['officeDocument', 'xl/workbook.bin']),
          'xl/workbook.bin': 'x',
        },
      }),
      'unreadable',
    ],
    [
      'markup nested without end',
      workbookOf({ sheets: { A: '' }, parts: { 'xl/workbook.xml': '<a>'.repeat(100_000) } }),
      'malformed',
    ],
  ])('%s', async (_, file, code) => {
    expect(await problemOf(readXlsx, file)).toMatchObject({ code });
  });
});

describe('what there is of it', () => {
  test('a workbook whose list of sheets is lost', async () => {
    const file = workbookOf({ sheets: { A: cell, B: cell }, parts: { 'xl/workbook.xml': '' } });
    const document = await readWith(readXlsx, file);
    expect(marksOf(document, 'sheet').map(({ label }) => label)).toEqual(['Sheet 1', 'Sheet 2']);
  });

  test('sheets after one that is missing or nested without end', async () => {
    const parts = { 'xl/worksheets/sheet1.xml': '', 'xl/worksheets/sheet2.xml': cell + '<a>'.repeat(5000) };
    const document = await readWith(readXlsx, workbookOf({ sheets: { A: '', B: '', C: cell }, parts }));
    expect(tablesIn(document)).toEqual([[[1]], [[1]]]);
    expect(document.losses).toEqual([{ what: 'unreadable-parts', count: 2 }]);
    expect(document.problem).toMatchObject({ code: 'malformed' });
  });

  test('entities of its own are not expanded, relationships in a circle are not followed', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`;
    const document = await readWith(
      readXlsx,
      workbookOf({
        sheets: { A: '' },
        parts: {
          'xl/worksheets/sheet1.xml':
            bomb + sheetPart('<row r="1"><c r="A1" t="inlineStr"><is><t>&b;&c;</t></is></c></row>'),
          'xl/worksheets/_rels/sheet1.xml.rels': relationships(
            ['drawing', 'sheet1.xml'],
            ['comments', 'sheet1.xml'],
          ),
        },
      }),
    );
    expect(tablesIn(document)).toEqual([[['&b;&c;']]]);
  });

  test('a part that is named a thousand times is read once', async () => {
    const many = Array.from({ length: 1000 }, () => ['drawing', '../drawing.xml'] as const);
    const drawing = '<xdr:wsDr><a:p><a:r><a:t>box</a:t></a:r></a:p></xdr:wsDr>';
    const sheets = Array.from({ length: 1000 }, () => '<sheet name="A" r:id="rId1"/>').join('');
    const document = await readWith(
      readXlsx,
      workbookOf({
        sheets: { A: cell },
        parts: {
          'xl/workbook.xml': `<workbook><sheets>${sheets}</sheets></workbook>`,
          'xl/drawing.xml': drawing,
          'xl/worksheets/_rels/sheet1.xml.rels': relationships(...many),
        },
      }),
    );
    expect(tablesIn(document)).toEqual([[[1]]]);
    expect(document.text.split('box')).toHaveLength(2);
    expect(document.losses).toEqual([{ what: 'unreadable-parts', count: 999 }]);
  });

  test('far cells in every row are cut off before they fill the memory', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, at) => `<row><c r="XFD${String(at + 1)}"><v>1</v></c></row>`,
    );
    const document = await readWith(readXlsx, workbookOf({ sheets: { A: rows.join('') } }));
    expect(document.chars).toBeLessThan(5_000_000);
    expect(document.losses.map(({ what }) => what)).toEqual(['cut-off']);
  }, 30_000);

  test('a wide row does not widen many narrow ones without end', async () => {
    const rows = Array.from({ length: 30_000 }, () => '<row><c><v>1</v></c></row>').join('');
    const document = await readWith(
      readXlsx,
      workbookOf({ sheets: { A: `<row><c r="XFD1"><v>1</v></c></row>${rows}` } }),
    );
    expect(document.chars).toBeLessThan(4_000_000);
    expect(document.losses).toEqual([]);
  }, 30_000);

  test('a sheet with a great many rows goes out while it is read', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, at) => `<row><c><v>${String(at)}</v></c><c t="b"><v>1</v></c></row>`,
    );
    const document = await readWith(readXlsx, workbookOf({ sheets: { A: rows.join('') } }));
    const [table = []] = tablesIn(document);
    expect(table).toHaveLength(30_000);
    expect(table.at(-1)).toEqual([29_999, true]);
    expect(document.flushes).toBeGreaterThan(10);
  }, 30_000);
});

describe.skipIf(dataPath('documents/xlsx/mixed_sheets.xlsx') === null)(
  'real ones, damaged (needs the shared data)',
  () => {
    const bytes = () => readFileSync(dataPath('documents/xlsx/mixed_sheets.xlsx') ?? '');

    test('cut off or overwritten anywhere: a named problem or a part of it', async () => {
      const whole = bytes();
      for (let at = 0; at < whole.length; at += 611) {
        const damaged = Buffer.from(whole);
        damaged.fill(0x55, at, at + 7);
        for (const file of [new Blob([whole.subarray(0, at)]), new Blob([damaged])]) {
          const code = await readWith(readXlsx, file).then(
            () => 'read',
            (thrown: unknown) => toProblem(thrown).code,
          );
          expect(['read', 'malformed', 'empty', 'password', 'unreadable', 'too-large']).toContain(code);
        }
      }
    }, 30_000);
  },
);
