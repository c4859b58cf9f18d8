/** Puts the marks of quotations and citations where an answer's text holds their places. */

import { markPattern } from '../../core/answer/marks';
import type { Mark } from '../../app/check-marks';

export interface PlacedMark {
  readonly mark: Mark;
  /** Number in `AnswerCheck.marks`, as `?quote=` counts. */
  readonly index: number;
}

/** Replaces every place in the fragment. @param hrefOf the address of a mark's place in its document */
export function placeMarks(
  fragment: DocumentFragment,
  marks: readonly Mark[],
  hrefOf: (index: number) => string,
): void {
  const quotations = marks.filter(({ kind }) => kind === 'quotation').length;
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text); // only text is shown to the walker
  for (const text of texts) {
    const parts: (string | Node)[] = [];
    let at = 0;
    for (const match of text.data.matchAll(markPattern)) {
      const index = Number(match[2]) + (match[1] === 'c' ? quotations : 0);
      const mark = marks[index];
      parts.push(text.data.slice(at, match.index));
      if (mark) parts.push(...markElements({ mark, index }, hrefOf));
      at = match.index + match[0].length;
    }
    if (at > 0) text.replaceWith(...parts, text.data.slice(at));
  }
  for (const element of fragment.querySelectorAll('[href], [title], [alt]'))
    for (const name of ['href', 'title', 'alt']) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, value.replace(markPattern, ''));
    }
}

function markElements({ mark, index }: PlacedMark, hrefOf: (index: number) => string): (string | Node)[] {
  if (mark.state === 'unchecked') return mark.kind === 'citation' ? [plain('unchecked', mark.place)] : [];
  if (mark.state === 'checking') return [plain('checking', '…')];
  if (mark.state === 'missing') {
    const words = mark.kind === 'quotation' ? 'not found in the documents' : `${mark.place}: no such place`;
    return ['\u2009', plain('missing', `? ${words}`)];
  }
  const link = document.createElement('a');
  link.className = 'mark found';
  link.href = hrefOf(index);
  link.dataset['mark'] = String(index);
  const sign = mark.kind === 'quotation' ? '✓' : '→';
  const name = mark.kind === 'quotation' ? 'Verified quotation' : 'Cited place';
  link.ariaLabel = `${name}, ${mark.place}`;
  link.textContent = `${sign} ${mark.place}`;
  return ['\u2009', link];
}

function plain(look: string, words: string): HTMLElement {
  const element = document.createElement('span');
  element.className = `mark ${look}`;
  element.textContent = words;
  return element;
}
