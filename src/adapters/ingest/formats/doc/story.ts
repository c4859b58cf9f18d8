/** Reads a stretch of an old Word file's characters into paragraphs, tables and notes. */

import type { LossKind } from '../../../../core/corpus/structure';
import { symbolChar } from '../docx/symbols';
import type { Aside, Block } from '../prose';
import { RtfFlow, type ParagraphFormat } from '../rtf/flow';
import type { CharacterFormats, Formats, ParagraphFormats } from './formats';
import type { Pieces } from './pieces';

export interface StorySetting {
  readonly pieces: Pieces;
  readonly paragraphs: Formats<ParagraphFormats> | null;
  readonly characters: Formats<CharacterFormats> | null;
  readonly fonts: readonly string[];
  lost(what: LossKind): void;
  /** What is anchored at a place: what stands in the text for it, and what is written behind the paragraph. */
  anchorAt(place: number): { readonly reference: string; readonly aside: Aside | null } | null;
}

const [CELL, LINE, PAGE, COLUMN, PARAGRAPH] = ['\x07', '\x0b', '\x0c', '\x0e', '\r'];
const [FIELD, FIELD_RESULT, FIELD_END] = ['\x13', '\x14', '\x15'];
const [PICTURE, DRAWING, REFERENCE, COMMENT] = ['\x01', '\x08', '\x02', '\x05'];
/** Word's own names for headings are its first nine styles. */
const HEADINGS = 9;
const NO_HEADING = 9;

export class StoryReader {
  readonly #setting: StorySetting;
  readonly #flow: RtfFlow;
  /** Open fields: whether the instruction is being read. */
  readonly #fields: boolean[] = [];

  constructor(setting: StorySetting, emit: (block: Block) => void) {
    this.#setting = setting;
    this.#flow = new RtfFlow(emit);
  }

  /** All blocks of a stretch. */
  static blocks(setting: StorySetting, from: number, to: number): Block[] {
    const blocks: Block[] = [];
    const reader = new StoryReader(setting, (block) => blocks.push(block));
    reader.readAll(from, to);
    return blocks.filter(
      (block) => block.kind === 'table' || block.text.trim() !== '' || block.asides.length > 0,
    );
  }

  readAll(from: number, to: number): void {
    const steps = this.read(from, to);
    while (!steps.next().done);
  }

  /** Pauses after every few thousand characters. */
  *read(from: number, to: number): Generator<void> {
    for (const { text, from: first, at, charBytes } of this.#setting.pieces.runs(from, to)) {
      let index = 0;
      while (index < text.length) {
        const place = at + index * charBytes;
        const stretch = this.#setting.characters?.stretchAt(place) ?? { to: Infinity, formats: null };
        const end = Math.min(text.length, index + Math.max(1, Math.ceil((stretch.to - place) / charBytes)));
        for (; index < end; index++)
          this.#char(text[index] ?? '', first + index, at + index * charBytes, stretch.formats);
      }
      yield;
    }
    this.#flow.finish({ depth: 0, level: null, listLevel: 0 });
  }

  #char(char: string, place: number, at: number, formats: CharacterFormats | null): void {
    if (char > '\x1f' && char !== '(') return this.#text(char, formats);
    switch (char) {
      case PARAGRAPH:
      case CELL:
      case PAGE:
        return this.#end(char, at);
      case FIELD:
        this.#fields.push(true);
        return;
      case FIELD_RESULT:
        if (this.#fields.length > 0) this.#fields[this.#fields.length - 1] = false;
        return;
      case FIELD_END:
        this.#fields.pop();
        return;
      case REFERENCE:
      case COMMENT:
        return this.#anchor(place, formats);
      case PICTURE:
        if (!this.#isSilent(formats)) this.#setting.lost('images');
        return;
      case DRAWING:
        return this.#setting.lost('drawings');
      case '(':
        return this.#text(formats?.symbol ? this.#symbol(formats.symbol) : char, formats);
      default:
        return this.#text(SPECIAL[char] ?? '', formats);
    }
  }

  #text(text: string, formats: CharacterFormats | null): void {
    if (!this.#isSilent(formats)) this.#flow.append(text);
  }

  #isSilent(formats: CharacterFormats | null): boolean {
    return (formats?.isHidden ?? false) || this.#fields.includes(true);
  }

  #symbol({ font, code }: NonNullable<CharacterFormats['symbol']>): string {
    return symbolChar(this.#setting.fonts[font] ?? '', code);
  }

  #anchor(place: number, formats: CharacterFormats | null): void {
    const anchor = this.#isSilent(formats) ? null : this.#setting.anchorAt(place);
    if (!anchor) return;
    this.#flow.append(anchor.reference);
    if (anchor.aside) this.#flow.add(anchor.aside);
  }

  /** A paragraph, cell or row ends. Without formats a row's end shows as a cell that ends at once. */
  #end(char: string, at: number): void {
    // An instruction beyond its paragraph would hide all that follows a field without an end.
    while (this.#fields.at(-1) === true) this.#fields.pop();
    const formats = this.#setting.paragraphs?.at(at) ?? null;
    const format = formatOf(formats);
    if (formats?.isRowEnd) this.#flow.endRow(Math.max(1, format.depth), formats.cells);
    else if (char === CELL || formats?.isInnerCell) this.#flow.endCell(format);
    else this.#flow.endParagraph(format);
  }
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\t': '\t',
  [LINE ?? '']: '\n',
  [COLUMN ?? '']: '\n',
  '\x1e': '\u2011',
};

function formatOf(formats: ParagraphFormats | null): ParagraphFormat {
  if (!formats) return { depth: 0, level: null, listLevel: 0 };
  const { style, outlineLevel, depth } = formats;
  const ofStyle = style >= 1 && style <= HEADINGS ? style - 1 : NO_HEADING;
  const level = outlineLevel ?? ofStyle;
  return { depth, level: level < NO_HEADING ? level + 1 : null, listLevel: 0 };
}
