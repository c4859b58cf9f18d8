/** Excel workbooks: every sheet by its name, its cells with their values, and what is written on and beside them. */

import { SondeError, toProblem } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { xmlPieces } from '../ooxml/xml-pieces';
import type { FormatReader } from '../reader';
import { warnOfFormulas } from '../sheets/formula-warning';
import { openSheet } from '../sheets/sheet-parts';
import { SheetTable } from '../sheets/sheet-table';
import type { ZipEntry } from '../zip';
import { readBesides } from './besides';
import { SheetParser } from './sheet-parser';
import { openWorkbook, type SheetInfo, type Workbook } from './workbook';

/** @throws SondeError `malformed`, `empty`, `unreadable`, `password`, `too-large` */
export const readXlsx: FormatReader = async (input, out) => {
  const book = await openWorkbook(input, out);
  out.metadata(await book.office.metadata());
  out.lost('scripts', book.office.zip.entries.filter(({ name }) => /vbaProject\.bin$/i.test(name)).length);
  let pieces = 0;
  let formulas = 0;
  for (const sheet of book.sheets) {
    input.signal.throwIfAborted();
    const read = await readSheet(book, sheet, out);
    pieces += read.pieces;
    formulas += read.formulasWithoutResult;
    await out.flush();
  }
  warnOfFormulas(out, formulas);
  if (pieces === 0) throw nothingInIt(book);
};

interface SheetReading {
  /** Cells with a value, comments, lines of text beside the cells. */
  pieces: number;
  formulasWithoutResult: number;
}

async function readSheet(book: Workbook, sheet: SheetInfo, out: DocumentBuilder): Promise<SheetReading> {
  const mark = openSheet(out, sheet.name, sheet.isHidden);
  const reading: SheetReading = { pieces: 0, formulasWithoutResult: 0 };
  const entry = sheet.part === null ? undefined : book.office.find(sheet.part);
  if (sheet.kind === 'chartsheet') out.lost('charts');
  else if (entry === undefined) out.lost('unreadable-parts');
  else {
    await readCells(book, entry, sheet.name, out, reading);
    reading.pieces += await readBesides(book, sheet, out);
  }
  mark.end();
  return reading;
}

/** A sheet whose data breaks off keeps what came before, and the sheets after it are read all the same. */
async function readCells(
  book: Workbook,
  entry: ZipEntry,
  name: string,
  out: DocumentBuilder,
  reading: SheetReading,
): Promise<void> {
  const parser = new SheetParser(book.context);
  const table = new SheetTable(out, name);
  try {
    for await (const markup of xmlPieces(book.office.zip, entry)) {
      parser.write(markup);
      for (const row of parser.takeRows()) await table.row(row);
      await book.pulse.passed(markup.length);
    }
    parser.end();
  } catch (thrown) {
    if (!(thrown instanceof SondeError) || thrown.code !== 'malformed') throw thrown;
    out.lost('unreadable-parts');
    out.warn(toProblem(thrown));
  }
  for (const row of parser.takeRows()) await table.row(row);
  table.uses(parser.lastColumn);
  await table.end();
  out.lost('unreadable-parts', parser.unreadableCells);
  reading.pieces += table.cells;
  reading.formulasWithoutResult += parser.formulasWithoutResult;
}

function nothingInIt({ sheets }: Workbook): SondeError {
  const names = sheets.map(({ name }) => `“${name}”`).join(', ');
  return new SondeError({
    code: 'empty',
    message: `There is nothing in the cells of this workbook (${sheets.length === 1 ? 'its sheet' : 'its sheets'}: ${names.slice(0, 200)}).`,
  });
}
