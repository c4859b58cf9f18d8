/** Footnotes, endnotes and comments of a Word document: parts of their own that the text points into. */

import type { XmlElement } from '../xml';
import { wordAttribute } from './elements';

export type AnnotationKind = 'footnote' | 'endnote' | 'comment';

export class Annotations {
  readonly #elements = new Map<string, XmlElement>();
  readonly #numbers = new Map<string, number>();
  readonly #taken = new Set<string>();

  /** Takes one child of a part of notes or comments. Lines between text and notes are no notes. */
  add(kind: AnnotationKind, element: XmlElement): void {
    if (element.name !== kind || /separator|continuation/i.test(wordAttribute(element, 'type') ?? '')) return;
    this.#elements.set(`${kind}/${wordAttribute(element, 'id') ?? ''}`, element);
  }

  /**
   * What stands in the text for a note. Notes of the foot and of the end are counted as one, so that a number means
   * one note in all of the document.
   */
  reference(kind: AnnotationKind, id: string): string {
    const key = `${kind}/${id}`;
    if (!this.#elements.has(key)) return '';
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return `[${number}]`;
  }

  number(kind: AnnotationKind, id: string): string {
    return String(this.#numbers.get(`${kind}/${id}`) ?? '');
  }

  /** A note or comment, the first time it is asked for: a text that points at it twice does not hold it twice. */
  take(kind: AnnotationKind, id: string): XmlElement | null {
    const key = `${kind}/${id}`;
    const element = this.#elements.get(key);
    if (!element || this.#taken.has(key)) return null;
    this.#taken.add(key);
    return element;
  }

  /** Comments that nothing in the text points at: what they were on has been deleted. */
  takeOtherComments(): XmlElement[] {
    const left = [...this.#elements].filter(([key]) => key.startsWith('comment/') && !this.#taken.has(key));
    left.forEach(([key]) => this.#taken.add(key));
    return left.map(([, element]) => element);
  }
}
