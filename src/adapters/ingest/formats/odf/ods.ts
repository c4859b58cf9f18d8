/** OpenDocument spreadsheets: every sheet by its name, its cells with their values, comments and the text of shapes. */

import { SondeError, toProblem } from '../../../../core/errors';
import type { DocumentBuilder, OpenMark } from '../document-builder';
import { xmlPieces } from '../ooxml/xml-pieces';
import type { FormatReader } from '../reader';
import { warnOfFormulas } from '../sheets/formula-warning';
import { Pulse } from '../sheets/pulse';
import { openSheet, writeComments, writeShapeText } from '../sheets/sheet-parts';
import { SheetTable, type SheetRow } from '../sheets/sheet-table';
import { textOf } from '../text-source';
import { writeMetadata } from './odf-metadata';
import { openPackage } from './odf-package';
import { OdsParser, type OdsEvent } from './ods-parser';

/** Rows may say that they are there a million times. Beyond so many cells, copies are no content. */
const MAX_COPIED_CELLS = 500_000;

/** @throws SondeError `malformed`, `empty`, `password`, `too-large` */
export const readOds: FormatReader = async (input, out) => {
  const { zip, content } = await openPackage(input.file);
  await writeMetadata(zip, out);
  out.lost('scripts', zip.entries.some(({ name }) => /^(?:Basic|Scripts)\/.+\/.+/.test(name)) ? 1 : 0);
  await readContent(xmlPieces(zip, content), out, new Pulse(input, out, content.sizeBytes));
};

/** One file of XML instead of a package: `.fods`. */
export const readFlatOds: FormatReader = async (input, out) => {
  const { pieces } = await textOf(input.file, input.signal);
  await readContent(pieces, out, new Pulse(input, out, input.file.size));
};

/** The content of a spreadsheet, whose markup comes in pieces. What is broken at its end keeps what came before. */
async function readContent(pieces: AsyncIterable<string>, out: DocumentBuilder, pulse: Pulse): Promise<void> {
  const parser = new OdsParser();
  const writer = new OdsWriter(out);
  const hand = async () => {
    for (const event of parser.takeEvents()) await writer.take(event);
  };
  let broken: SondeError | null = null;
  try {
    for await (const markup of pieces) {
      parser.write(markup);
      await hand();
      await pulse.passed(markup.length);
    }
    parser.end();
  } catch (thrown) {
    if (!(thrown instanceof SondeError) || thrown.code !== 'malformed') throw thrown;
    broken = thrown;
  }
  await hand();
  await writer.end();
  for (const [what, count] of parser.losses) out.lost(what, count);
  warnOfFormulas(out, parser.formulasWithoutResult);
  if (broken && writer.pieces > 0) {
    out.lost('unreadable-parts');
    out.warn(toProblem(broken));
  } else if (writer.pieces === 0) throw broken ?? nothingInIt();
}

class OdsWriter {
  readonly #out: DocumentBuilder;
  #sheet: { readonly mark: OpenMark; readonly table: SheetTable } | null = null;
  #copied = 0;
  #sheets = 0;
  /** Cells with a value, comments, lines of text in shapes. */
  pieces = 0;

  constructor(out: DocumentBuilder) {
    this.#out = out;
  }

  async take(event: OdsEvent): Promise<void> {
    if (event.kind === 'sheet') {
      const name = event.name === '' ? `Sheet ${String(this.#sheets + 1)}` : event.name;
      this.#sheets++;
      this.#sheet = {
        mark: openSheet(this.#out, name, event.isHidden),
        table: new SheetTable(this.#out, name),
      };
    } else if (event.kind === 'rows') await this.#rows(event.row, event.times);
    else {
      await this.#sheet?.table.end();
      this.pieces += (this.#sheet?.table.cells ?? 0) + writeShapeText(this.#out, event.shapeText);
      this.pieces += writeComments(this.#out, event.comments);
      this.#sheet?.mark.end();
      this.#sheet = null;
      await this.#out.flush();
    }
  }

  /** A sheet that broke off. */
  async end(): Promise<void> {
    if (this.#sheet) await this.take({ kind: 'end', comments: [], shapeText: [] });
  }

  async #rows({ row, cells }: SheetRow, times: number): Promise<void> {
    await this.#sheet?.table.row({ row, cells });
    for (let more = 1; more < times; more++) {
      this.#copied += cells.length;
      if (this.#copied > MAX_COPIED_CELLS) {
        this.#out.lost('cut-off');
        return;
      }
      await this.#sheet?.table.row({ row: row + more, cells });
    }
  }
}

function nothingInIt(): SondeError {
  return new SondeError({ code: 'empty', message: 'There is nothing in the cells of this spreadsheet.' });
}
