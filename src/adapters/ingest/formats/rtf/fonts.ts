/** What RTF's tables of fonts and styles say: in which code page a font's text is, and which styles are headings. */

import { codePageOfCharset, isSymbolCharset } from './code-pages';

interface Font {
  name: string;
  codePage: number | null;
  isSymbol: boolean;
}

export class RtfFonts {
  readonly #fonts = new Map<number, Font>();
  #current: Font | null = null;

  begin(number: number): void {
    this.#current = { name: '', codePage: null, isSymbol: false };
    this.#fonts.set(number, this.#current);
  }

  charset(charset: number): void {
    if (!this.#current) return;
    this.#current.codePage ??= codePageOfCharset(charset);
    this.#current.isSymbol = isSymbolCharset(charset);
  }

  codePage(page: number): void {
    if (this.#current && page > 0) this.#current.codePage = page;
  }

  name(text: string): void {
    if (this.#current && this.#current.name.length < 100) this.#current.name += text.replace(/;.*$/s, '');
  }

  codePageOf(number: number): number | null {
    return this.#fonts.get(number)?.codePage ?? null;
  }

  /** The name of a font whose characters are symbols of its own; null for all others. */
  symbolFont(number: number): string | null {
    const font = this.#fonts.get(number);
    return font?.isSymbol ? font.name : null;
  }

  nameOf(number: number): string {
    return this.#fonts.get(number)?.name ?? '';
  }
}

export class RtfStyles {
  readonly #levels = new Map<number, number>();
  #current: number | null = null;
  #name = '';

  begin(number: number): void {
    this.#current = number;
    this.#name = '';
  }

  outlineLevel(level: number): void {
    if (this.#current !== null) this.#levels.set(this.#current, level);
  }

  name(text: string): void {
    this.#name = (this.#name + text).slice(-100);
    const digit = /(?:^|;)\s*heading ([1-9])\s*;/i.exec(this.#name)?.[1];
    if (this.#current !== null && digit !== undefined && !this.#levels.has(this.#current))
      this.#levels.set(this.#current, Number(digit) - 1);
  }

  /** From 0; null for what is no heading. */
  levelOf(number: number): number | null {
    return this.#levels.get(number) ?? null;
  }
}
