import { describe, expect, test } from 'vitest';
import { clockTime } from '../../../../src/adapters/ingest/formats/odf/odf-cells';
import { readFlatOds, readOds } from '../../../../src/adapters/ingest/formats/odf/ods';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../../fixtures/read-with';
import { zipOf } from '../../../fixtures/zip-of';

const namespaces = ['office', 'table', 'text', 'style', 'draw', 'dc', 'calcext', 'of']
  .map((prefix) => `xmlns:${prefix}="urn:${prefix}"`)
  .join(' ');

function odsOf(
  tables: string,
  { styles = '', parts = {} }: { styles?: string; parts?: Record<string, string> } = {},
): Blob {
  return zipOf({
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `<?xml version="1.0"?><office:document-content ${namespaces}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    ...parts,
  });
}

const sheet = (rows: string, name = 'Data') => `<table:table table:name="${name}">${rows}</table:table>`;
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
const text = (content: string) =>
  `<table:table-cell office:value-type="string"><text:p>${content}</text:p></table:table-cell>`;
const float = (value: string) =>
  `<table:table-cell office:value-type="float" office:value="${value}"><text:p>shown</text:p></table:table-cell>`;
const empty = (times: number) => `<table:table-cell table:number-columns-repeated="${String(times)}"/>`;
const rowsOf = async (rows: string) => tablesIn(await readWith(readOds, odsOf(sheet(rows)))).flat();

describe('values of cells', () => {
  test('are what the file stores, not what it shows', async () => {
    const typed = (type: string, attribute: string, value: string) =>
      `<table:table-cell office:value-type="${type}" office:${attribute}="${value}"><text:p>shown</text:p></table:table-cell>`;
    const cells = [
      float('0.1'),
      typed('percentage', 'value', '0.25'),
      typed('currency', 'value', '-12.5'),
      typed('boolean', 'boolean-value', 'true'),
      typed('date', 'date-value', '2023-06-30'),
      typed('date', 'date-value', '2023-06-30T12:30:00.000000000'),
      typed('time', 'time-value', 'PT36H05M07S'),
      typed('string', 'string-value', 'exact'),
      '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
      '<table:table-cell table:formula="of:=[.A1]*2" office:value-type="float" office:value="0.2"/>',
      text('42'),
    ];
    expect(await rowsOf(row(...cells))).toEqual([
      [
        0.1,
        0.25,
        -12.5,
        true,
        '2023-06-30',
        '2023-06-30T12:30:00',
        '36:05:07',
        'exact',
        '#DIV/0!',
        0.2,
        '42',
      ],
    ]);
  });

  test('texts keep their paragraphs, spaces and line breaks, and only those', async () => {
    const cell = text(
      'a  <text:span>b</text:span>\n c<text:s text:c="3"/>d<text:tab/>e<text:line-break/>f</text:p><text:p>second <text:a>link</text:a>',
    );
    expect(await rowsOf(row(cell))).toEqual([['a b c   d\te\nf\nsecond link']]);
  });

  test('a formula that was never calculated shows itself', async () => {
    const formula = '<table:table-cell table:formula="of:=SUM([.A1:.A2])"/>';
    const document = await readWith(readOds, odsOf(sheet(row(float('1'), formula))));
    expect(tablesIn(document)).toEqual([[[1, null]]]);
    expect(document.text).toContain('1\t=SUM([.A1:.A2])');
    expect(document.problem?.message).toContain('One formula');
  });

  test('lengths of time', () => {
    const said = ['PT12H30M00S', 'PT0S', '-PT1H', 'P1DT2H', 'PT1M2.5S', 'PT1.0000S', 'soon', ''].map(
      clockTime,
    );
    expect(said).toEqual([
      '12:30:00',
      '00:00:00',
      '-01:00:00',
      '26:00:00',
      '00:01:02.500',
      '00:00:01',
      'soon',
      undefined,
    ]);
  });
});

describe('where cells are', () => {
  test('repeated cells and rows, covered cells, and the million empty rows at the end', async () => {
    const rows = [
      row(
        text('a'),
        empty(2),
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>',
        empty(16379),
      ),
      `<table:table-row table:number-rows-repeated="2">${float('1')}${empty(16383)}</table:table-row>`,
      `<table:table-row table:number-rows-repeated="2">${empty(16384)}</table:table-row>`,
      row(
        '<table:table-cell office:value-type="float" office:value="2" table:number-columns-spanned="2"/>',
        '<table:covered-table-cell office:value-type="float" office:value="9"/>',
        float('3'),
      ),
      `<table:table-row table:number-rows-repeated="1048570">${empty(16384)}</table:table-row>`,
    ];
    expect(await rowsOf(rows.join(''))).toEqual([
      ['a', null, null, 7, 7],
      [1, null, null, null, null],
      [1, null, null, null, null],
      [null, null, null, null, null],
      [null, null, null, null, null],
      [2, null, 3, null, null],
    ]);
  });

  test('a cell that says it is there in every place of the sheet is cut off', async () => {
    const rows = `<table:table-row table:number-rows-repeated="4294967295"><table:table-cell table:number-columns-repeated="99999999" office:value-type="float" office:value="1"/></table:table-row>`;
    const document = await readWith(readOds, odsOf(sheet(rows)));
    expect(document.chars).toBeLessThan(2_000_000);
    expect(document.losses).toEqual([{ what: 'cut-off', count: 1 }]);
  });
});

describe('what is around the cells', () => {
  test('sheets, hidden ones, comments, shapes, a table within a cell, copies of what is elsewhere', async () => {
    const note =
      '<table:table-cell office:value-type="float" office:value="5"><office:annotation><dc:creator>Ada</dc:creator><dc:date>2020-01-01T00:00:00</dc:date><text:p>Is this</text:p><text:p>right?</text:p></office:annotation><text:p>5</text:p></table:table-cell>';
    const shapes =
      '<table:shapes><draw:frame><draw:text-box><text:p>In euros</text:p></draw:text-box></draw:frame><draw:frame><draw:image/></draw:frame><draw:frame><draw:object/></draw:frame></table:shapes>';
    const nested = `<table:table-cell>${sheet(row(float('99')), 'Inner')}<text:p>outer</text:p></table:table-cell>`;
    const file = odsOf(
      sheet(shapes + row(float('1'), note), 'First') +
        `<table:table table:name="Secret" table:style-name="ta2">${row(nested)}</table:table>` +
        `<table:dde-links><table:dde-link>${sheet(row(float('98')), 'Link')}</table:dde-link></table:dde-links>`,
      {
        styles:
          '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>',
        parts: {
          'meta.xml':
            '<office:document-meta><office:meta><meta:initial-creator>Grace</meta:initial-creator><dc:creator>Ada</dc:creator><dc:title>Plan</dc:title></office:meta></office:document-meta>',
        },
      },
    );
    const document = await readWith(readOds, file);
    expect(marksOf(document, 'sheet').map((mark) => [mark.label, stretch(document, mark)])).toEqual([
      ['First', 'First\n\n1\t5\n\nIn euros\n[Comment: Ada, B1] Is this\nright?'],
      ['Secret', 'Secret (hidden sheet)\n\nouter'],
    ]);
    expect(document.losses).toEqual([
      { what: 'images', count: 1 },
      { what: 'charts', count: 1 },
    ]);
    expect(document.metadata).toEqual({ title: 'Plan', author: 'Grace' });
  });

  test.each([
    ['without content', zipOf({ mimetype: 'x' }), 'malformed'],
    ['with nothing in its cells', odsOf(sheet(row(empty(5)))), 'empty'],
    ['nested without end', odsOf(sheet('<a>'.repeat(50_000))), 'malformed'],
    [
      'behind a password',
      odsOf('', {
        parts: {
          'META-INF/manifest.xml':
            '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>',
        },
      }),
      'password',
    ],
  ])('one %s says so', async (_, file, code) => {
    expect(await problemOf(readOds, file)).toMatchObject({ code });
  });

  test('one that is a single file of XML', async () => {
    const flat = `<?xml version="1.0"?><office:document ${namespaces}><office:body><office:spreadsheet>${sheet(row(float('1'), text('ä')))}</office:spreadsheet></office:body></office:document>`;
    expect(tablesIn(await readWith(readFlatOds, new Blob([flat])))).toEqual([[[1, 'ä']]]);
  });

  test('one that breaks off keeps what came before', async () => {
    const document = await readWith(readOds, odsOf(sheet(row(float('1')) + '<a>'.repeat(50_000))));
    expect(tablesIn(document)).toEqual([[[1]]]);
    expect(document.problem).toMatchObject({ code: 'malformed' });
  });
});
