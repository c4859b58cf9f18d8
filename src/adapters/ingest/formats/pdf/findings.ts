/** What became of the pages of a PDF, and what there is to say of it at the end. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { textOf, type PagePart } from './pieces';

/** What became of the pages. */
export class Findings {
  readonly textless: { readonly label: string; readonly looks: 'picture' | 'drawing' }[] = [];
  readonly broken: string[] = [];
  readonly garbled: string[] = [];
  lookedAt = 0;
  withText = 0;

  /** @throws SondeError `unreadable`, `malformed`, `empty` where there is no text at all */
  judge(pages: number, out: DocumentBuilder): void {
    const pictures = this.textless.filter(({ looks }) => looks === 'picture').length;
    out.lost('scanned-pages', pictures);
    out.lost('drawings', this.textless.length - pictures);
    out.lost('unreadable-parts', this.broken.length + this.garbled.length);
    if (this.withText === 0) throw this.#nothing(pages);
    if (this.broken.length > 0)
      out.warn({
        code: 'malformed',
        message: `${pagesSaid(this.broken)} of this PDF could not be read: the file is damaged there.`,
        hint: 'Open it in another program and save it again, or get a fresh copy.',
      });
    if (this.garbled.length > 0)
      out.warn({
        code: 'unreadable',
        message: `The text of ${pagesSaid(this.garbled).toLowerCase()} is written in fonts that do not say which letters they show, so it reads as gibberish.`,
        hint: 'What stands there can be read from the picture of the page with text recognition (OCR).',
      });
    if (this.textless.length > 0)
      out.warn({
        code: 'unreadable',
        message: `${pagesSaid(this.textless.map(({ label }) => label))} of this PDF ${
          this.textless.length === 1 ? 'is a picture' : 'are pictures'
        } without a text layer; the rest was read.`,
        hint: 'What stands in pictures can be read with text recognition (OCR).',
      });
  }

  #nothing(pages: number): SondeError {
    if (this.textless.length > 0)
      return new SondeError({
        code: 'unreadable',
        message: `This PDF is a scan without a text layer: ${pages === 1 ? 'its page is a picture' : 'its pages are pictures'}.`,
        hint: 'What stands in its pictures can be read with text recognition (OCR).',
      });
    if (this.broken.length > 0) return malformed();
    return new SondeError({
      code: 'empty',
      message: pages === 1 ? 'The page of this PDF is blank.' : 'All pages of this PDF are blank.',
      hint: 'Check that it is the right file.',
    });
  }
}

export function malformed(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'No page of this PDF could be read: the file is damaged.',
    hint: 'Open it in another program and save it again, or get a fresh copy.',
  });
}

/** `Page 3`, `Pages 3, 4 and 7`, `Pages 3, 4, 5 and 20 more`. */
function pagesSaid(labels: readonly string[]): string {
  if (labels.length === 1) return `Page ${labels[0] ?? ''}`;
  const shown = labels.slice(0, labels.length > 8 ? 6 : labels.length - 1);
  const rest = labels.length > 8 ? `${String(labels.length - shown.length)} more` : (labels.at(-1) ?? '');
  return `Pages ${shown.join(', ')} and ${rest}`;
}

/** Whether most of a page's text is codes that stand for no letter. */
export function isGarbled(parts: readonly PagePart[]): boolean {
  const text = parts.flatMap((part) => (part.kind === 'line' ? [textOf(part.pieces)] : [])).join('');
  const codes = text.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0;
  return codes > 40 && codes > 0.3 * text.length;
}
