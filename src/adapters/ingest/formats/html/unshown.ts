/** Elements whose inside is no text of the page: what they are a loss of, and formulas, which are read as text. */

import type { DocumentBuilder } from '../document-builder';
import type { HtmlAttributes } from './html-stream';

const skipped = new Set([
  'script',
  'style',
  'template',
  'svg',
  'iframe',
  'noframes',
  'object',
  'canvas',
  'datalist',
  'applet',
  'rp',
]);
/** Icons and counters of visits are not worth a word. */
const ICON_PIXELS = 40;
const COUNTER_PIXELS = 3;
const codeTypes = /javascript|ecmascript|module|vbscript|babel|jsx/i;

/** What is being skipped or gathered: everything up to the end of the element it began with. */
export class Unshown {
  readonly #out: DocumentBuilder;
  readonly #countsScripts: boolean;
  #name: string | null = null;
  #depth = 0;
  #holdsImage = false;
  /** Of a formula: what it says in words or TeX, and its parts one after the other. */
  #formula = { alternative: '', content: '', annotation: '' };
  #annotation: 'tex' | 'other' | null = null;

  constructor(out: DocumentBuilder, countsScripts: boolean) {
    this.#out = out;
    this.#countsScripts = countsScripts;
  }

  get isInside(): boolean {
    return this.#name !== null;
  }

  /** True when this element begins what is not shown. */
  begins(name: string, attributes: HtmlAttributes): boolean {
    if (name !== 'math' && !skipped.has(name)) return false;
    this.#name = name;
    this.#depth = 1;
    this.#holdsImage = false;
    this.#formula = { alternative: attributes['alttext'] ?? '', content: '', annotation: '' };
    this.#annotation = null;
    this.#count(name, attributes);
    return true;
  }

  open(name: string, attributes: HtmlAttributes): void {
    if (name === this.#name) this.#depth++;
    else if (name === 'image' || name === 'img') this.#holdsImage = true;
    else if (name === 'annotation' || name === 'annotation-xml')
      this.#annotation = /tex/i.test(attributes['encoding'] ?? '') ? 'tex' : 'other';
  }

  text(text: string): void {
    if (this.#name !== 'math') return;
    if (this.#annotation === 'tex') this.#formula.annotation += text;
    else if (this.#annotation === null) this.#formula.content += text;
  }

  /** The text of a formula when this ends one; null when the end is not reached or nothing is to be written. */
  close(name: string): string | null {
    if (name === 'annotation' || name === 'annotation-xml') this.#annotation = null;
    if (name !== this.#name || --this.#depth > 0) return null;
    this.#name = null;
    if (name === 'svg') this.#out.lost(this.#holdsImage ? 'images' : 'drawings', this.#isIcon ? 0 : 1);
    if (name !== 'math') return null;
    const { alternative, content, annotation } = this.#formula;
    if (alternative === '' && annotation === '') this.#out.lost('equations');
    return alternative || annotation || content;
  }

  #isIcon = false;

  #count(name: string, attributes: HtmlAttributes): void {
    if (name === 'svg')
      this.#isIcon = attributes['aria-hidden'] === 'true' || isWithin(attributes, ICON_PIXELS);
    else if (name === 'canvas') this.#out.lost('drawings');
    else if (name === 'iframe' || name === 'object' || name === 'applet')
      this.#out.lost('embedded-files', isCounter(attributes) ? 0 : 1);
    else if (name === 'script' && this.#countsScripts) {
      const type = attributes['type'];
      if (!type || codeTypes.test(type)) this.#out.lost('scripts');
    }
  }
}

/** Pictures too small to be seen count who opens a page. */
export function isCounter(attributes: HtmlAttributes): boolean {
  return isWithin(attributes, COUNTER_PIXELS);
}

/** Whether its size is given and within so many pixels. */
function isWithin(attributes: HtmlAttributes, pixels: number): boolean {
  const sides = [attributes['width'], attributes['height']].map((said) =>
    /^\s*[\d.]+\s*(?:px)?\s*$/.test(said ?? '') ? Number.parseFloat(said ?? '') : Number.NaN,
  );
  return sides.every((side) => side <= pixels);
}
