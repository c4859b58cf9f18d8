/** Real workbooks, checked cell by cell against what another program reads from them. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readXlsx } from '../../../../src/adapters/ingest/formats/xlsx/xlsx';
import type { CellValue } from '../../../../src/core/corpus/structure';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../../fixtures/read-with';
import { dataJson, dataPath } from '../../../fixtures/shared-data';

type Truth = Record<string, { rows: CellValue[][]; state: string }>;

const read = (name: string) => readWith(readXlsx, new Blob([readFileSync(dataPath(name) ?? '')]));

describe.skipIf(dataPath('documents/xlsx') === null)('real workbooks (needs the shared data)', () => {
  test.each(['emoji', 'merge_cells', 'mixed_sheets', 'sheet_visibility', 'vodafone'])(
    'every cell of %s.xlsx',
    async (name) => {
      const truth = dataJson(`documents/xlsx/${name}.xlsx.expected.json`) as Truth;
      const document = await read(`documents/xlsx/${name}.xlsx`);
      const sheets = marksOf(document, 'sheet');
      expect(sheets.map(({ label }) => label)).toEqual(Object.keys(truth));
      for (const sheet of sheets) {
        const { rows, state } = truth[sheet.label] ?? { rows: [], state: '' };
        expect(tablesIn(document, sheet).flat()).toEqual(rows);
        const [title] = stretch(document, sheet).split('\n');
        expect(title).toBe(state === 'visible' ? sheet.label : `${sheet.label} (hidden sheet)`);
      }
      expect(document.problem).toBeNull();
    },
  );

  test('parts in odd places, a comment, formulas that were never calculated', async () => {
    const document = await read('documents/xlsx/wtf_path.xlsx');
    const [first = [], second = []] = tablesIn(document);
    expect(first).toEqual([
      [1, 2, 3, null, null],
      [true, false, null, 'sheetjs', null],
      ['foo    bar', 'baz', '2014-02-19T10:30:00', '0.3', null],
      ['baz', null, '௮', 3.14159, null],
      ['hidden', null, null, null, null],
      ['visible', null, null, null, null],
    ]);
    expect(second[2]).toEqual([2, false, true, 'sh33t', null, 'j5']);
    expect(document.text).toContain('=SUM(A1:C1*A1:C1)\t=TRANSPOSE(A1:D1)');
    expect(document.problem?.message).toContain('3 formulas');
    const [comment] = marksOf(document, 'comment');
    expect(comment?.label).toBe('SheetJS, A4');
    expect(comment && stretch(document, comment)).toContain('short and stout!\n\nWell, Stout');
  });

  test('a workbook with nothing in its cells says so', async () => {
    const file = new Blob([readFileSync(dataPath('documents/xlsx/author_snowman.xlsx') ?? '')]);
    expect(await problemOf(readXlsx, file)).toMatchObject({ code: 'empty' });
  });
});
