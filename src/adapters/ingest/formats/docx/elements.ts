/** Elements of WordprocessingML: streamed one block at a time, and how their values are read. */

import { attribute, XmlStream, type XmlElement } from '../xml';

interface Growing {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Growing[];
  text: string;
}

/**
 * Hands on every element that stands in nothing but containers, whole, as soon as it ends: the paragraphs and tables
 * of a body, the notes of a part. What is handed on is gone from here, so that a book never is in memory as a tree.
 */
export class ElementStream {
  readonly #stream: XmlStream;
  readonly #open: Growing[] = [];

  constructor(containers: ReadonlySet<string>, onElement: (element: XmlElement) => void) {
    this.#stream = new XmlStream({
      open: (name, attributes) => {
        if (this.#open.length === 0 && containers.has(name)) return;
        const element: Growing = { name, attributes, children: [], text: '' };
        this.#open.at(-1)?.children.push(element);
        this.#open.push(element);
      },
      text: (text) => {
        const top = this.#open.at(-1);
        if (top) top.text += text;
      },
      close: () => {
        const closed = this.#open.pop();
        if (closed && this.#open.length === 0) onElement(closed);
      },
    });
  }

  write(markup: string): void {
    this.#stream.write(markup);
  }

  end(): void {
    this.#stream.end();
  }
}

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** An attribute of Word's own vocabulary. */
export function wordAttribute(element: XmlElement | undefined, name: string): string | undefined {
  return element && (element.attributes[`w:${name}`] ?? attribute(element.attributes, name));
}

/** `<w:name w:val="…"/>` below `element`. */
export function childValue(element: XmlElement | undefined, name: string): string | undefined {
  return wordAttribute(child(element, name), 'val');
}

/** A whole number, or undefined where none is said. What is beyond reason is cut to it. */
export function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined ? NaN : Number.parseInt(text, 10);
  return Number.isFinite(value) ? Math.min(1_000_000, Math.max(-1_000_000, value)) : undefined;
}

/** A switch such as `<w:vanish/>`: on unless it says it is off; undefined when it is not there. */
export function isOn(properties: XmlElement | undefined, name: string): boolean | undefined {
  const found = child(properties, name);
  return found && !/^(?:0|false|off)$/.test(wordAttribute(found, 'val') ?? '');
}
