/**
 * HTML as a stream of elements and text. htmlparser2 finds the tags; which of them are open is kept here, since its own
 * list takes quadratic time on pages nested a hundred thousand deep.
 */

import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { OpenElements } from './open-elements';

export interface HtmlHandlers {
  open(name: string, attributes: HtmlAttributes): void;
  text(text: string): void;
  /** Every element but the void ones is closed, at the latest at the end. */
  close(name: string): void;
}

/** Only those that say something about the text. */
export type HtmlAttributes = Readonly<Record<string, string | undefined>>;

const keptAttributes = new Set(
  (
    'alt alttext aria-hidden aria-label checked colspan content encoding epub:type height id itemprop lang name ' +
    'property reversed role rowspan scope start type value width xml:lang'
  ).split(' '),
);
const MAX_ATTRIBUTE_UNITS = 100_000;
/** A tag or comment in more than this many units of unfinished markup is only skipped. */
const MAX_HELD_UNITS = 32 * 1024 * 1024;

export const voidElements: ReadonlySet<string> = new Set(
  'area base basefont br col embed frame hr img input keygen link meta param source track wbr'.split(' '),
);
const foreign = new Set(['svg', 'math']);
/** Elements of SVG and MathML that may hold HTML. */
const integration = new Set('mi mo mn ms mtext annotation-xml foreignobject desc title'.split(' '));
/** Open inside SVG or MathML, these show that its end tag was forgotten. */
const breaksOut = new Set(
  (
    'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta ' +
    'nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'
  ).split(' '),
);

const noAttributes: HtmlAttributes = {};

export class HtmlStream {
  readonly #handlers: HtmlHandlers;
  readonly #elements: OpenElements;
  readonly #isXml: boolean;
  readonly #tokenizer: Tokenizer;
  /** Markup that the tokenizer may still point into, and where in the whole the first of it begins. */
  readonly #held: string[] = [];
  #heldFrom = 0;
  #heldUnits = 0;
  #tag = '';
  #attributes: Record<string, string | undefined> = noAttributes;
  #attribute = '';
  #value = '';
  /** Open elements of SVG and MathML, and those in them that may hold HTML. */
  #foreignDepth = 0;
  #integrationDepth = 0;
  #elementCount = 0;

  /** `isXml`: XHTML, where any element may close itself. */
  constructor(handlers: HtmlHandlers, isXml = false) {
    this.#handlers = handlers;
    this.#elements = new OpenElements((name) => {
      if (foreign.has(name)) this.#foreignDepth--;
      else if (this.#foreignDepth > 0 && integration.has(name)) this.#integrationDepth--;
      handlers.close(name);
    });
    this.#isXml = isXml;
    this.#tokenizer = new Tokenizer({ decodeEntities: true, recognizeSelfClosing: isXml }, this.#callbacks());
  }

  get elementCount(): number {
    return this.#elementCount;
  }

  get deepest(): number {
    return this.#elements.deepest;
  }

  /** @throws SondeError `malformed` when it is nested beyond all reason. */
  write(markup: string): void {
    if (markup === '') return;
    this.#held.push(markup);
    this.#heldUnits += markup.length;
    while (this.#heldUnits > MAX_HELD_UNITS && this.#held.length > 1) this.#dropFirst();
    this.#tokenizer.write(markup);
  }

  end(): void {
    this.#tokenizer.end();
    this.#elements.closeAll();
  }

  #callbacks(): TokenizerCallbacks {
    const ignore = (): void => undefined;
    return {
      ontext: (start, end) => this.#handlers.text(this.#slice(start, end)),
      ontextentity: (codePoint) => this.#handlers.text(String.fromCodePoint(codePoint)),
      onopentagname: (start, end) => {
        this.#tag = this.#slice(start, end).toLowerCase();
        this.#attributes = {};
      },
      onattribname: (start, end) => {
        this.#attribute = this.#slice(start, end).toLowerCase();
        this.#value = '';
      },
      onattribdata: (start, end) => {
        if (this.#isWanted) this.#value += this.#slice(start, end);
      },
      onattribentity: (codePoint) => {
        if (this.#isWanted) this.#value += String.fromCodePoint(codePoint);
      },
      onattribend: () => {
        if (keptAttributes.has(this.#attribute)) this.#attributes[this.#attribute] ??= this.#value;
        this.#value = '';
      },
      onopentagend: () => this.#open(false),
      onselfclosingtag: () => this.#open(this.#isXml || this.#isForeign),
      onclosetag: (start, end) => this.#close(this.#slice(start, end).toLowerCase()),
      oncdata: (start, end, offset) => {
        if (this.#isXml || this.#isForeign) this.#handlers.text(this.#slice(start, end - offset));
      },
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
      isInForeignContext: () => this.#isForeign,
    };
  }

  get #isWanted(): boolean {
    return keptAttributes.has(this.#attribute) && this.#value.length < MAX_ATTRIBUTE_UNITS;
  }

  get #isForeign(): boolean {
    return this.#foreignDepth > 0 && this.#integrationDepth === 0;
  }

  #open(isEmpty: boolean): void {
    const name = this.#tag === 'image' && !this.#isForeign ? 'img' : this.#tag;
    if (this.#isForeign && breaksOut.has(name)) this.#leaveForeign();
    this.#elementCount++;
    this.#elements.makeRoom(name);
    this.#handlers.open(name, this.#attributes);
    if (voidElements.has(name)) return;
    this.#elements.push(name);
    if (foreign.has(name)) this.#foreignDepth++;
    else if (this.#foreignDepth > 0 && integration.has(name)) this.#integrationDepth++;
    if (isEmpty) this.#elements.close(name);
  }

  #leaveForeign(): void {
    for (const name of foreign) while (this.#foreignDepth > 0 && this.#elements.close(name));
    this.#foreignDepth = 0;
  }

  #close(name: string): void {
    if (name === 'br') this.#handlers.open('br', noAttributes);
    else if (!this.#elements.close(name) && name === 'p') {
      // The standard: an end tag of a paragraph that is not open is an empty one.
      this.#handlers.open('p', noAttributes);
      this.#handlers.close('p');
    }
  }

  #slice(start: number, end: number): string {
    while (this.#held.length > 1 && start - this.#heldFrom >= (this.#held[0]?.length ?? 0)) this.#dropFirst();
    let slice = '';
    let from = this.#heldFrom;
    for (const piece of this.#held) {
      if (from >= end) break;
      slice += piece.slice(Math.max(0, start - from), end - from);
      from += piece.length;
    }
    return slice;
  }

  #dropFirst(): void {
    const length = this.#held.shift()?.length ?? 0;
    this.#heldFrom += length;
    this.#heldUnits -= length;
  }
}
