import { describe, expect, test } from 'vitest';
import { readXlsx } from '../../../../src/adapters/ingest/formats/xlsx/xlsx';
import type { CellValue } from '../../../../src/core/corpus/structure';
import { marksOf, readWith, stretch, tablesIn } from '../../../fixtures/read-with';
import { relationships, sheetPart, workbookOf, type WorkbookParts } from './workbook-parts';

const read = (parts: WorkbookParts) => readWith(readXlsx, workbookOf(parts));

async function rowsOfSheet(rows: string, more: WorkbookParts = {}): Promise<CellValue[][]> {
  return tablesIn(await read({ ...more, sheets: { Data: rows } })).flat();
}

describe('values of cells', () => {
  test('numbers exactly as stored, booleans, errors, texts of every kind', async () => {
    const cells = [
      '<c r="A1"><v>0.1</v></c>',
      '<c r="B1"><v>1.2345678901234567E-7</v></c>',
      '<c r="C1"><v>12345678901234567890</v></c>',
      '<c r="D1" t="b"><v>1</v></c>',
      '<c r="E1" t="e"><v>#DIV/0!</v></c>',
      '<c r="F1" t="str"><f>A1&amp;"x"</f><v>0.1x</v></c>',
      '<c r="G1" t="inlineStr"><is><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r><rPh><t>reading</t></rPh></is></c>',
      '<c r="H1" t="s"><v>0</v></c>',
      '<c r="I1" t="s"><v>1</v></c>',
      '<c r="J1" t="str"><v>007</v></c>',
      '<c r="K1" t="str"><v>42</v></c>',
      '<c r="L1"><v>1e999</v></c>',
      '<c r="M1"><v> 5 </v></c>',
    ];
    const strings =
      '<si><t xml:space="preserve"> two\nlines_x000D_\n_x005F_x000D_ </t></si><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr/></si>';
    expect(await rowsOfSheet(`<row r="1">${cells.join('')}</row>`, { strings })).toEqual([
      [
        0.1,
        Number('1.2345678901234567e-7'),
        Number('12345678901234567890'),
        true,
        '#DIV/0!',
        '0.1x',
        'rich text',
        ' two\nlines\r\n_x000D_ ',
        '東京',
        '007',
        '42',
        '1e999',
        5,
      ],
    ]);
  });

  test('numbers in a date format as ISO dates, those of other formats as numbers', async () => {
    const formats = ['yyyy-mm-dd', 'hh:mm', '[h]:mm', '0.00', 'dd/mm/yyyy hh:mm'];
    const cell = (column: string, style: number, value: string) =>
      `<c r="${column}1" s="${String(style)}"><v>${value}</v></c>`;
    const row = `<row r="1">${cell('A', 1, '45107')}${cell('B', 2, '0.75')}${cell('C', 3, '1.5')}${cell('D', 4, '45107')}${cell('E', 5, '45107.5')}${cell('F', 99, '7')}<c r="G1" t="d" s="1"><v>2023-06-30T00:00:00</v></c></row>`;
    expect(await rowsOfSheet(row, { formats })).toEqual([
      ['2023-06-30', '18:00:00', '36:00:00', 45107, '2023-06-30T12:00:00', 7, '2023-06-30'],
    ]);
    const [[first] = []] = await rowsOfSheet(row, { formats, workbookPr: 'date1904="1"' });
    expect(first).toBe('2027-07-01');
  });

  test('a formula shows its stored result, and itself where it has none', async () => {
    const row =
      '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>SUM(A1:A9)</f></c><c r="C1"><f t="shared" si="0"/></c></row>';
    const document = await read({ sheets: { Data: row } });
    expect(tablesIn(document)).toEqual([[[2, null, null]]]);
    expect(document.text).toContain('2\t=SUM(A1:A9)');
    expect(document.problem?.message).toContain('2 formulas have no result');
  });
});

describe('where cells are', () => {
  test('rows begin at A1, gaps are kept, and what names no place counts on', async () => {
    const rows =
      '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row><row r="6"><c r="A6"/><c r="E6" s="0"/><c r="A6"><v>4</v></c></row>';
    expect(await rowsOfSheet(rows)).toEqual([
      [null, null, null, null, null],
      [null, 1, 2, null, null],
      [3, null, null, null, null],
      [null, null, null, null, null],
      [null, null, null, null, null],
      [4, null, null, null, null],
    ]);
  });

  test('a merged range has its value in the first cell and its width in the table', async () => {
    const part = sheetPart(
      '<row r="1"><c r="A1"><v>1</v></c></row>',
      '<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>',
    );
    const document = await read({ sheets: { Data: '' }, parts: { 'xl/worksheets/sheet1.xml': part } });
    expect(tablesIn(document)).toEqual([[[1, null, null]]]);
  });

  test('rows out of order are put in order', async () => {
    const rows =
      '<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3"><v>33</v></c></row>';
    expect(await rowsOfSheet(rows)).toEqual([
      [1, null],
      [null, null],
      [3, 33],
    ]);
  });

  test('a cell in the last corner has a table of its own, by its address', async () => {
    const document = await read({
      sheets: {
        Data: '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
      },
    });
    const [near, far] = marksOf(document, 'table');
    expect(near?.table?.origin).toEqual([0, 0]);
    expect(far?.table?.origin).toEqual([1_048_575, 0]);
    expect(tablesIn(document)[1]?.[0]?.[16_383]).toBe(2);
    expect(document.text.length).toBeLessThan(40_000);
  });

  test('places that no sheet has are counted as unreadable', async () => {
    const rows =
      '<row r="1"><c r="ZZZZ99999999"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1" t="s"><v>77</v></c></row><row r="99999999999"><c><v>3</v></c></row>';
    const document = await read({ sheets: { Data: rows } });
    expect(tablesIn(document)).toEqual([
      [
        [null, 2, null],
        [3, null, null],
      ],
    ]);
    expect(document.losses).toContainEqual({ what: 'unreadable-parts', count: 2 });
  });
});

describe('what is around the cells', () => {
  const cell = '<row r="1"><c r="A1"><v>1</v></c></row>';

  test('sheets by their names and in their order, the empty ones too', async () => {
    const document = await read({ sheets: { Zebra: cell, 'A &amp; B': '', Last: cell } });
    expect(marksOf(document, 'sheet').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
      ['Zebra', 'Zebra\n\n1'],
      ['A & B', 'A & B'],
      ['Last', 'Last\n\n1'],
    ]);
  });

  test('a first row of names is a header; one with numbers or gaps is none', async () => {
    const text = (column: string, row: number, value: string) =>
      `<c r="${column}${String(row)}" t="str"><v>${value}</v></c>`;
    const named = `<row r="1">${text('A', 1, 'City')}${text('B', 1, 'People')}</row><row r="2">${text('A', 2, 'Kiel')}<c r="B2"><v>5</v></c></row>`;
    const titled = `<row r="1">${text('A', 1, 'Report')}</row><row r="2">${text('A', 2, 'a')}${text('B', 2, 'b')}${text('C', 2, 'c')}</row>`;
    const document = await read({ sheets: { named, titled, cell } });
    expect(marksOf(document, 'table').map(({ table }) => table?.header)).toEqual([true, false, false]);
  });

  test('comments with their authors, conversations in place of their copies, text boxes, losses', async () => {
    const document = await read({
      sheets: { Data: cell },
      parts: {
        'xl/worksheets/_rels/sheet1.xml.rels': relationships(
          ['comments', '../comments1.xml'],
          ['threadedComment', '/xl/threaded.xml'],
          ['drawing', '../drawings/drawing1.xml'],
          ['oleObject', '../embeddings/o.bin'],
        ),
        'xl/_rels/workbook.xml.rels': relationships(
          ['worksheet', 'worksheets/sheet1.xml'],
          ['person', 'persons/person.xml'],
        ),
        'xl/persons/person.xml': '<personList><person displayName="Grace" id="{1}"/></personList>',
        'xl/comments1.xml':
          '<comments><authors><author>Ada</author><author>tc={9}</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>Check </t></r><r><t>this</t></r></text></comment><comment ref="B2" authorId="1"><text><t>[Threaded comment] get a newer version</t></text></comment></commentList></comments>',
        'xl/threaded.xml':
          '<ThreadedComments><threadedComment ref="B2" personId="{1}" id="{9}"><text>Why so low?</text></threadedComment></ThreadedComments>',
        'xl/drawings/drawing1.xml':
          '<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:txBody><a:p><a:r><a:t>All figures </a:t></a:r><a:r><a:t>in euros</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:pic/><xdr:graphicFrame><c:chart r:id="rId1"/></xdr:graphicFrame></xdr:wsDr>',
        'xl/vbaProject.bin': new Uint8Array([1, 2, 3]),
      },
    });
    expect(marksOf(document, 'comment').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
      ['Ada, A1', '[Comment: Ada, A1] Check this'],
      ['Grace, B2', '[Comment: Grace, B2] Why so low?'],
    ]);
    expect(document.text).toContain('\n\nAll figures in euros\n');
    expect(document.text).not.toContain('newer version');
    const losses = document.losses.map(({ what, count }) => `${what} ${String(count)}`).sort();
    expect(losses).toEqual(['charts 1', 'embedded-files 1', 'images 1', 'scripts 1']);
  });

  test('what the file says of itself', async () => {
    const core =
      '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Budget</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2020-01-02T03:04:05Z</dcterms:created></cp:coreProperties>';
    const document = await read({ sheets: { Data: cell }, parts: { 'docProps/core.xml': core } });
    expect(document.metadata).toEqual({ title: 'Budget', author: 'Ada', createdAt: '2020-01-02T03:04:05Z' });
  });
});
