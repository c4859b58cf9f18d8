/** Follows the groups and control words of RTF: which text is the document's, in which code page, and where it goes. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { symbolChar } from '../docx/symbols';
import { decodeIn } from './code-pages';
import type { CellDefinition } from './flow';
import { RtfFonts, RtfStyles } from './fonts';
import { firstGroup, formatOf, innerGroup, resetParagraph, type Group } from './group';
import { RtfParts } from './parts';
import type { RtfHandler } from './tokens';
import { CHARACTERS, DESTINATIONS, isMathProperty, MATH_JOINTS, SYMBOLS } from './words';

const MAX_GROUPS = 100_000;
const WESTERN = 1252;
/** Code pages that a document declares by a word of its own. */
const DECLARED: Readonly<Record<string, number>> = { ansi: WESTERN, mac: 10000, pc: 437, pca: 850 };

export class RtfReader implements RtfHandler {
  readonly #out: DocumentBuilder;
  readonly #parts: RtfParts;
  readonly #fonts = new RtfFonts();
  readonly #styles = new RtfStyles();
  readonly #outer: Group[] = [];
  #group: Group = firstGroup();
  #bytes: number[] = [];
  #codePage = WESTERN;
  #defaultFont = -1;
  #skip = 0;
  #definitions: CellDefinition[] = [];
  #isCovered = false;
  #isOver = false;

  constructor(out: DocumentBuilder) {
    this.#out = out;
    this.#parts = new RtfParts(out, () => formatOf(this.#group, this.#styles.levelOf(this.#group.style)));
  }

  open(): void {
    if (this.#isOver) return;
    this.#flush();
    this.#skip = 0;
    if (this.#outer.length >= MAX_GROUPS) throw tooDeep();
    this.#outer.push(this.#group);
    this.#group = innerGroup(this.#group);
  }

  close(): void {
    const outer = this.#outer.pop();
    if (this.#isOver || !outer) return;
    this.#flush();
    this.#skip = 0;
    this.#group.ends?.();
    this.#group = outer;
    this.#isOver = this.#outer.length === 0;
  }

  /** Ends what is open; returns whether the file came to its end. */
  finish(): boolean {
    const isWhole = this.#isOver;
    while (this.#outer.length > 0) this.close();
    this.#parts.finish();
    return isWhole;
  }

  byte(value: number): void {
    if (this.#takesChars(1) === 0) return;
    this.#bytes.push(value);
  }

  text(bytes: Uint8Array): void {
    const taken = this.#takesChars(bytes.length);
    for (let at = bytes.length - taken; at < bytes.length; at++)
      if (bytes[at] !== 0) this.#bytes.push(bytes[at] ?? 0);
  }

  symbol(char: string): void {
    if (this.#isOver) return;
    if (char === '*') this.#group.isIgnorable = true;
    else if (this.#takesChars(1) === 0) return;
    else if (char === '\n' || char === '\r') this.word('par', null);
    else this.#put(SYMBOLS[char] ?? '');
  }

  word(name: string, value: number | null): void {
    if (this.#isOver) return;
    if (this.#skip > 0 && this.#takesChars(1) === 0) return;
    this.#flush();
    const group = this.#group;
    if (group.destination === 'skip') {
      if (name === 'ud' && group.besides) group.destination = group.besides;
    } else if (name === 'u') this.#unicode(value ?? 0);
    else if (CHARACTERS[name] !== undefined) this.#put(CHARACTERS[name]);
    else if (!this.#begin(name) && !this.#tableWord(name, value ?? 0)) this.#format(name, value);
  }

  /** A word that says what its group is. */
  #begin(name: string): boolean {
    const group = this.#group;
    const destination = isMathProperty(name) ? 'skip' : DESTINATIONS.get(name);
    if (destination === undefined) {
      if (!group.isIgnorable) return this.#beginPicture(name);
      group.destination = 'skip';
      return true;
    }
    group.isIgnorable = false;
    if (name === 'upr') group.besides = group.destination;
    if (name === 'mmath') this.#out.lost('equations');
    group.destination = destination;
    if (destination !== 'skip' && destination !== 'text') this.#parts.begin(name, group);
    return true;
  }

  #beginPicture(name: string): boolean {
    const group = this.#group;
    if (name === 'object') {
      this.#out.lost('embedded-files');
      group.inObject = true;
    } else if (name === 'pict') {
      if (!group.inObject) this.#out.lost('images');
      group.destination = 'skip';
    } else return false;
    return true;
  }

  #tableWord(name: string, value: number): boolean {
    const group = this.#group;
    switch (name) {
      case 'trowd':
        this.#definitions = [];
        this.#isCovered = false;
        return true;
      case 'clvmrg':
      case 'clmrg':
        this.#isCovered = true;
        return true;
      case 'cellx':
        this.#definitions.push({ right: value, isCovered: this.#isCovered });
        this.#isCovered = false;
        return true;
      case 'cell':
        this.#parts.flow.endCell({ ...this.#parts.format(), depth: 1 });
        return true;
      case 'nestcell':
        this.#parts.flow.endCell(this.#parts.format());
        return true;
      case 'row':
        this.#parts.flow.endRow(1, this.#definitions);
        return true;
      case 'nestrow':
        this.#parts.flow.endRow(Math.max(2, group.tableDepth), this.#definitions);
        return true;
      default:
        return false;
    }
  }

  #format(name: string, value: number | null): void {
    const group = this.#group;
    if (group.destination === 'fonts' || group.destination === 'styles')
      return this.#define(name, value ?? 0);
    switch (name) {
      case 'par':
      case 'sect':
        return this.#parts.flow.endParagraph(this.#parts.format());
      case 'pard':
        return resetParagraph(group);
      case 'plain':
        Object.assign(group, { font: this.#defaultFont, isHidden: false, isDeleted: false });
        return;
      case 'f':
        group.font = value ?? 0;
        return;
      case 'deff':
        this.#defaultFont = value ?? 0;
        group.font = this.#defaultFont;
        return;
      case 'ansicpg':
        if (value !== null && value > 0) this.#codePage = value;
        return;
      case 'uc':
        group.charsAfterUnicode = Math.max(0, value ?? 1);
        return;
      case 'v':
        group.isHidden = value !== 0;
        return;
      case 'deleted':
        group.isDeleted = value !== 0;
        return;
      case 'intbl':
        group.inTable = true;
        return;
      case 'itap':
        group.tableDepth = value ?? 0;
        return;
      case 'outlinelevel':
        group.outlineLevel = value;
        return;
      case 's':
        group.style = value ?? -1;
        return;
      case 'ilvl':
        group.listLevel = value ?? 0;
        return;
      default:
        if (DECLARED[name] !== undefined) this.#codePage = DECLARED[name];
        else if (MATH_JOINTS[name] !== undefined) this.#put(MATH_JOINTS[name]);
        else this.#parts.word(name, value ?? 0);
    }
  }

  #define(name: string, value: number): void {
    if (this.#group.destination === 'styles') {
      if (name === 's') this.#styles.begin(value);
      else if (name === 'outlinelevel') this.#styles.outlineLevel(value);
    } else if (name === 'f') this.#fonts.begin(value);
    else if (name === 'fcharset') this.#fonts.charset(value);
    else if (name === 'cpg') this.#fonts.codePage(value);
  }

  #unicode(value: number): void {
    const code = value & 0xffff;
    const isOwn = code >= 0xf000 && code <= 0xf0ff;
    this.#put(isOwn ? symbolChar(this.#fonts.nameOf(this.#group.font), code) : String.fromCharCode(code));
    this.#skip = this.#group.charsAfterUnicode;
  }

  /** How many of the last of so many characters are text: those that stand for a `\u` before them are not. */
  #takesChars(count: number): number {
    const skipped = Math.min(this.#skip, count);
    this.#skip -= skipped;
    return this.#isOver || this.#group.destination === 'skip' ? 0 : count - skipped;
  }

  /** Bytes are gathered until the code page may change: some characters take two. */
  #flush(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    const { font } = this.#group;
    const symbols = this.#fonts.symbolFont(font);
    if (symbols !== null) this.#put([...bytes].map((byte) => symbolChar(symbols, byte)).join(''));
    else this.#put(decodeIn(this.#fonts.codePageOf(font) ?? this.#codePage, bytes));
  }

  #put(text: string): void {
    this.#flush();
    const { destination, isHidden, isDeleted, capture } = this.#group;
    if (destination === 'fonts') this.#fonts.name(text);
    else if (destination === 'styles') this.#styles.name(text);
    else if (capture) capture.text += text;
    else if (destination === 'text' && !isHidden && !isDeleted) this.#parts.flow.append(text);
  }
}

function tooDeep(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This file is nested deeper than any document would be.',
  });
}
