/** The markers of list items: numbers as the page would show them, a dash for all else, set in by their depth. */

import { columnName } from '../../../../core/corpus/structure';
import { roman } from '../numerals';
import type { HtmlAttributes } from './html-stream';

interface OpenList {
  readonly isOrdered: boolean;
  readonly type: string;
  readonly step: 1 | -1;
  next: number;
}

const MAX_INDENT = 8;

export class Lists {
  readonly #open: OpenList[] = [];

  get depth(): number {
    return this.#open.length;
  }

  open(name: string, attributes: HtmlAttributes): void {
    const start = Number.parseInt(attributes['start'] ?? '', 10);
    this.#open.push({
      isOrdered: name === 'ol',
      type: attributes['type'] ?? '1',
      step: attributes['reversed'] === undefined ? 1 : -1,
      next: Number.isNaN(start) ? 1 : start,
    });
  }

  close(): void {
    this.#open.pop();
  }

  /** What stands before the next item; nothing outside of a list. */
  marker(attributes: HtmlAttributes): string {
    const list = this.#open.at(-1);
    if (!list) return '';
    const indent = '  '.repeat(Math.min(MAX_INDENT, this.#open.length - 1));
    if (!list.isOrdered) return `${indent}- `;
    const own = Number.parseInt(attributes['value'] ?? '', 10);
    const number = Number.isNaN(own) ? list.next : own;
    list.next = number + list.step;
    return `${indent}${numeral(number, list.type)}. `;
  }
}

function numeral(number: number, type: string): string {
  if (number < 1 || number > 3999) return String(number);
  if (type === 'a') return columnName(number - 1).toLowerCase();
  if (type === 'A') return columnName(number - 1);
  if (type === 'i') return roman(number);
  if (type === 'I') return roman(number).toUpperCase();
  return String(number);
}
