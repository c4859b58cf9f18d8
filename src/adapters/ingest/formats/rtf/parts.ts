/** The parts of an RTF document that are groups inside its text: notes, comments, running heads, what it says of itself. */

import type { DocumentBuilder } from '../document-builder';
import { symbolChar } from '../docx/symbols';
import { lineOf, paragraph, writeBlocks, type Aside, type Block } from '../prose';
import { RtfFlow, type ParagraphFormat } from './flow';
import type { Group } from './group';

const MAX_CAPTURED_CHARS = 10_000;
/** No program nests notes and boxes deeper. */
const MAX_DEPTH = 20;

export class RtfParts {
  /** Where text goes now: the body, or the innermost note it stands in. */
  flow: RtfFlow;
  /** How the paragraph that is read stands. */
  readonly format: () => ParagraphFormat;
  readonly #out: DocumentBuilder;
  readonly #endnotes: Aside[] = [];
  readonly #footers: (readonly Block[])[] = [];
  readonly #running = new Set<string>();
  #notes = 0;
  /** Notes in boxes in notes. */
  #depth = 0;
  #author = '';
  #isEndnote = false;
  #time: Record<string, number> = {};

  constructor(out: DocumentBuilder, format: () => ParagraphFormat) {
    this.#out = out;
    this.format = format;
    this.flow = new RtfFlow((block) => writeBlocks(out, [block]));
  }

  /** A group begins that is kept apart; what it was is dealt with at its end. */
  begin(name: string, group: Group): void {
    switch (group.destination) {
      case 'note': {
        const label = String(++this.#notes);
        this.flow.append(`[${label}]`);
        this.#isEndnote = false;
        return this.#apart(group, (blocks, outer) => {
          const aside: Aside = { kind: 'note', label, blocks };
          if (this.#isEndnote) this.#endnotes.push(aside);
          else outer.add(aside);
          this.#isEndnote = false;
        });
      }
      case 'comment':
        return this.#apart(group, (blocks, outer) => {
          outer.add({ kind: 'comment', label: this.#author, blocks });
          this.#author = '';
        });
      case 'box':
        return this.#apart(group, (blocks, outer) => outer.add({ kind: 'box', label: '', blocks }));
      case 'header':
      case 'footer':
        return this.#apart(group, (blocks) =>
          this.#runningPart(name.startsWith('header') ? 'header' : 'footer', blocks),
        );
      case 'number':
        return this.#capture(group, (text) => this.flow.setNumber(numberOf(text)));
      case 'instruction':
        return this.#capture(group, (text) => this.#instruction(text));
      case 'author':
        return this.#capture(group, (text) => {
          this.#author = text.trim();
        });
      case 'property':
        return this.#capture(group, (text) => this.#out.metadata({ [name]: text }));
      case 'time':
        this.#time = {};
        group.ends = () =>
          this.#out.metadata({ [name === 'creatim' ? 'createdAt' : 'modifiedAt']: dateOf(this.#time) });
        return;
      case 'text':
      case 'skip':
      case 'fonts':
      case 'styles':
      case 'info':
        return; // not kept apart
    }
  }

  /** A word that only means something inside of one of these parts. */
  word(name: string, value: number): void {
    if (name === 'ftnalt') this.#isEndnote = true;
    else if (/^(?:yr|mo|dy|hr|min)$/.test(name)) this.#time[name] = value;
  }

  finish(): void {
    this.flow.finish(this.format());
    this.#endnotes.forEach((aside) => writeBlocks(this.#out, [paragraph('', { asides: [aside] })]));
    this.#footers.forEach((blocks) => this.#writeRunning('footer', blocks));
  }

  #apart(group: Group, onEnd: (blocks: readonly Block[], outer: RtfFlow) => void): void {
    if (this.#depth >= MAX_DEPTH) {
      group.destination = 'skip';
      return;
    }
    this.#depth++;
    const outer = this.flow;
    const blocks: Block[] = [];
    const inner = new RtfFlow((block) => blocks.push(block));
    this.flow = inner;
    Object.assign(group, {
      destination: 'text',
      inTable: false,
      tableDepth: 0,
      outlineLevel: null,
      style: -1,
    });
    group.ends = () => {
      inner.finish(this.format());
      this.flow = outer;
      this.#depth--;
      onEnd(
        blocks.filter((block) => block.kind === 'table' || block.text !== '' || block.asides.length > 0),
        outer,
      );
    };
  }

  #capture(group: Group, onEnd: (text: string) => void): void {
    const capture = { text: '' };
    group.capture = capture;
    group.ends = () => onEnd(capture.text.slice(0, MAX_CAPTURED_CHARS));
  }

  /** Each that differs once; feet at the end. A page number alone says nothing. */
  #runningPart(kind: 'header' | 'footer', blocks: readonly Block[]): void {
    const text = lineOf(blocks);
    if (!/\p{L}/u.test(text) || this.#running.has(kind + text)) return;
    this.#running.add(kind + text);
    if (kind === 'footer') this.#footers.push(blocks);
    else this.#writeRunning(kind, blocks);
  }

  #writeRunning(kind: 'header' | 'footer', blocks: readonly Block[]): void {
    const mark = this.#out.open(kind, '');
    writeBlocks(this.#out, blocks);
    mark.end();
  }

  /** Old writers put single characters of symbol fonts into fields without a result. */
  #instruction(text: string): void {
    const [, code, font] = /^\s*SYMBOL\s+(\d+)\b.*?\\f\s*"?([^"\\]+)/is.exec(text) ?? [];
    if (code !== undefined && font !== undefined) this.flow.append(symbolChar(font, Number(code)));
  }
}

/** A number or letter as it is; a dash for every kind of bullet, of which `o` is one; null for none. */
function numberOf(text: string): string | null {
  const shown = text.trim();
  if (shown === '') return null;
  return /[\p{L}\p{N}]/u.test(shown) && shown !== 'o' ? `${shown} ` : '- ';
}

function dateOf({ yr, mo, dy, hr, min }: Readonly<Record<string, number>>): string {
  if (!yr || !mo || !dy) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(yr).padStart(4, '0')}-${two(mo)}-${two(dy)}`;
  return hr === undefined || min === undefined ? day : `${day}T${two(hr)}:${two(min)}`;
}
