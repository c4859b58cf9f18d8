/** What a workbook is made of: its sheets in order, the strings and styles their cells refer to. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { OfficePackage } from '../ooxml/office-package';
import type { ReaderInput } from '../reader';
import { Pulse } from '../sheets/pulse';
import { attribute, descendants, parseTree } from '../xml';
import type { ZipEntry } from '../zip';
import type { NumberFormat } from './number-format';
import { SharedStrings } from './shared-strings';
import type { WorkbookContext } from './sheet-parser';
import { numberFormats } from './styles';
import { xmlPieces } from '../ooxml/xml-pieces';

export interface SheetInfo {
  readonly name: string;
  readonly isHidden: boolean;
  /** Null when the file names none, or one that is not there. */
  readonly part: string | null;
  /** `worksheet`, `chartsheet`, `dialogsheet`, `xlMacrosheet`. */
  readonly kind: string;
}

export interface Workbook {
  readonly office: OfficePackage;
  /** The path of its own part. */
  readonly part: string;
  readonly sheets: readonly SheetInfo[];
  readonly context: WorkbookContext;
  readonly pulse: Pulse;
}

/** @throws SondeError `malformed` when there is no workbook in it, `unreadable` for a binary one. */
export async function openWorkbook(input: ReaderInput, out: DocumentBuilder): Promise<Workbook> {
  const office = await OfficePackage.open(input.file);
  const part = await office.mainPart('xl/workbook.xml');
  if (part?.toLowerCase().endsWith('.bin') || (part === null && office.find('xl/workbook.bin')))
    throw binary();
  const markup = part === null ? null : await office.text(part);
  const sheets = markup === null || part === null ? [] : await sheetsOf(office, part, markup);
  const found = sheets.some((sheet) => sheet.part !== null) ? sheets : looseSheets(office);
  if (found.length === 0) throw noWorkbook();
  const owner = part ?? 'xl/workbook.xml';
  const pulse = new Pulse(
    input,
    out,
    office.zip.entries.reduce(
      (sum, { name, sizeBytes }) => sum + (/sharedStrings|sheets?\//i.test(name) ? sizeBytes : 0),
      0,
    ),
  );
  const context: WorkbookContext = {
    strings: await sharedStrings(office, owner, pulse),
    formats: await formatsOf(office, owner),
    from1904: markup !== null && countsFrom1904(markup),
  };
  return { office, part: owner, sheets: found, context, pulse };
}

async function sheetsOf(office: OfficePackage, part: string, markup: string): Promise<SheetInfo[]> {
  const related = new Map((await office.related(part)).map((one) => [one.id, one]));
  const taken = new Set<string>();
  return descendants(parseTree(markup), 'sheet').map(({ attributes }, at) => {
    const relation = related.get(attribute(attributes, 'id') ?? '');
    const isThere = relation && office.find(relation.target) && !taken.has(relation.target);
    if (isThere) taken.add(relation.target); // a part that many sheets name would be read as often
    return {
      name: attributes['name'] ?? `Sheet ${String(at + 1)}`,
      isHidden: ['hidden', 'veryHidden'].includes(attributes['state'] ?? ''),
      part: isThere ? relation.target : null,
      kind: relation?.type ?? 'worksheet',
    };
  });
}

/** Where the workbook's own part is lost: the worksheets in the archive, by their numbers. */
function looseSheets(office: OfficePackage): SheetInfo[] {
  return office.zip.entries
    .flatMap(({ name }) => {
      const number = /worksheets\/sheet(\d+)\.xml$/i.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number)
    .map(({ name, number }) => ({
      name: `Sheet ${String(number)}`,
      isHidden: false,
      part: name,
      kind: 'worksheet',
    }));
}

async function sharedStrings(office: OfficePackage, part: string, pulse: Pulse): Promise<readonly string[]> {
  const entry = await relatedEntry(office, part, 'sharedStrings');
  const shared = new SharedStrings();
  if (!entry) return shared.strings;
  for await (const piece of xmlPieces(office.zip, entry)) {
    shared.xml.write(piece);
    await pulse.passed(piece.length);
  }
  shared.xml.end();
  return shared.strings;
}

async function formatsOf(office: OfficePackage, part: string): Promise<readonly NumberFormat[]> {
  const entry = await relatedEntry(office, part, 'styles');
  return entry ? numberFormats(await office.zip.text(entry)) : [];
}

/** By what the workbook says, or else beside it by its usual name. */
async function relatedEntry(
  office: OfficePackage,
  part: string,
  type: string,
): Promise<ZipEntry | undefined> {
  const said = await office.relatedPart(part, type);
  return office.find(said ?? `${part.slice(0, part.lastIndexOf('/') + 1)}${type}.xml`);
}

function countsFrom1904(markup: string): boolean {
  const said = descendants(parseTree(markup), 'workbookPr')[0]?.attributes['date1904'];
  return said === '1' || said === 'true';
}

function binary(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'This is a binary Excel workbook (.xlsb), which cannot be read here.',
    hint: 'Open it in a spreadsheet program, save it as .xlsx and drop that.',
  });
}

function noWorkbook(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'There is no workbook in this file: the part that names its sheets is missing or broken.',
    hint: 'Open it in a spreadsheet program, which may repair it, and save it again.',
  });
}
