/** The strings that the cells of a workbook share, and the escapes strings are written with. */

import type { SheetComment } from '../sheets/sheet-parts';
import { XmlStream, attribute } from '../xml';

/**
 * Gathers the text of rich text: its runs, without how they are pronounced. For `si`, `is`, and the text of comments.
 */
export class RichText {
  #text = '';
  #inText = false;
  #phonetic = 0;

  open(name: string): void {
    if (name === 'rPh') this.#phonetic++;
    else if (name === 't') this.#inText = this.#phonetic === 0;
  }

  text(text: string): void {
    if (this.#inText) this.#text += text;
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic = Math.max(0, this.#phonetic - 1);
    else if (name === 't') this.#inText = false;
  }

  /** What has gathered; begins anew. */
  take(): string {
    const text = unescaped(this.#text);
    this.#text = '';
    return text;
  }
}

/** Takes the markup of the part in pieces. */
export class SharedStrings {
  readonly strings: string[] = [];
  readonly #rich = new RichText();
  readonly xml = new XmlStream({
    open: (name) => {
      if (name === 'si') this.#rich.take();
      else this.#rich.open(name);
    },
    text: (text) => {
      this.#rich.text(text);
    },
    close: (name) => {
      if (name === 'si') this.strings.push(this.#rich.take());
      else this.#rich.close(name);
    },
  });
}

/** `_x000D_` stands for a character that XML cannot hold, `_x005F_` for the underscore of what only looks like that. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Comments as every version writes them: authors first, then texts that name them by number. */
export function cellComments(markup: string): SheetComment[] {
  const rich = new RichText();
  const authors: string[] = [];
  const comments: SheetComment[] = [];
  let author: string | null = null;
  let at = { reference: '', authorId: -1 };
  const xml = new XmlStream({
    open(name, attributes) {
      if (name === 'author') author = '';
      else if (name === 'comment')
        at = {
          reference: attribute(attributes, 'ref') ?? '',
          authorId: Number(attribute(attributes, 'authorId') ?? -1),
        };
      else rich.open(name);
    },
    text(text) {
      if (author !== null) author += text;
      else rich.text(text);
    },
    close(name) {
      if (name === 'author') authors.push((author ?? '').trim());
      if (name === 'author') author = null;
      else if (name === 'comment')
        comments.push({
          reference: at.reference,
          author: authors[at.authorId] ?? '',
          text: rich.take().trim(),
        });
      else rich.close(name);
    },
  });
  xml.write(markup);
  xml.end();
  return comments;
}
