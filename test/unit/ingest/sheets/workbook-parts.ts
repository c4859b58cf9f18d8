/** Small workbooks, written by hand for what a test is about. */

import { zipOf } from '../../../fixtures/zip-of';

const namespaces =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface WorkbookParts {
  /** What is between `<sheetData>` and its end, by the sheet's name. */
  readonly sheets?: Readonly<Record<string, string>>;
  /** `<si>` elements. */
  readonly strings?: string;
  /** Format codes; the cell style 1 is the first of them. */
  readonly formats?: readonly string[];
  readonly workbookPr?: string;
  /** Other parts, or others in place of those. An empty text leaves one out. */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>;
}

export function relationships(...items: readonly (readonly [type: string, target: string])[]): string {
  const all = items.map(
    ([type, target], at) =>
      `<Relationship Id="rId${String(at + 1)}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`;
}

export function sheetPart(rows: string, after = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?><worksheet ${namespaces}><sheetData>${rows}</sheetData>${after}</worksheet>`;
}

export function workbookOf({
  sheets = {},
  strings = '',
  formats = [],
  workbookPr = '',
  parts = {},
}: WorkbookParts): Blob {
  const names = Object.keys(sheets);
  const codes = formats.map(
    (code, at) => `<numFmt numFmtId="${String(200 + at)}" formatCode="${code.replaceAll('"', '&quot;')}"/>`,
  );
  const styles = ['0', ...formats.map((_, at) => String(200 + at))].map((id) => `<xf numFmtId="${id}"/>`);
  const all: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relationships(['officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `<workbook ${namespaces}><workbookPr ${workbookPr}/><sheets>${names
      .map((name, at) => `<sheet name="${name}" sheetId="${String(at + 1)}" r:id="rId${String(at + 1)}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      ...names.map((_, at) => ['worksheet', `worksheets/sheet${String(at + 1)}.xml`] as const),
      ['sharedStrings', 'sharedStrings.xml'],
      ['styles', 'styles.xml'],
    ),
    'xl/sharedStrings.xml': `<sst ${namespaces} count="4294967295" uniqueCount="4294967295">${strings}</sst>`,
    'xl/styles.xml': `<styleSheet ${namespaces}><numFmts>${codes.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    ...Object.fromEntries(
      Object.values(sheets).map((rows, at) => [`xl/worksheets/sheet${String(at + 1)}.xml`, sheetPart(rows)]),
    ),
    ...parts,
  };
  return zipOf(Object.fromEntries(Object.entries(all).filter(([, part]) => part !== '')));
}
