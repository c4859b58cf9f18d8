/**
 * XML inside office files, as a stream of events or a small tree. Entities a file declares itself are never expanded,
 * nothing outside is ever fetched, and nesting is bounded; broken markup is read as far as it makes sense.
 */

import { Parser } from 'htmlparser2';
import { SondeError } from '../../../core/errors';

/** Names come without their prefix: `w:p` and `p` are both `p`. Attributes keep theirs, as two may differ by it only. */
export interface XmlHandlers {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

const MAX_DEPTH = 1000;

/** Takes markup in pieces. @throws SondeError `malformed` when it is nested beyond all reason. */
export class XmlStream {
  readonly #parser: Parser;
  #depth = 0;
  /** The last piece ended in a carriage return, whose line feed may come with the next. */
  #heldReturn = false;

  constructor(handlers: XmlHandlers) {
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => {
          if (++this.#depth > MAX_DEPTH) throw tooDeep();
          handlers.open?.(localName(name), attributes);
        },
        ontext: (text) => handlers.text?.(text),
        onclosetag: (name) => {
          this.#depth--;
          handlers.close?.(localName(name));
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
  }

  /** Line ends become one `\n` each, as XML wants it. */
  write(markup: string): void {
    const held = this.#heldReturn ? '\r' : '';
    this.#heldReturn = markup.endsWith('\r');
    const whole = held + (this.#heldReturn ? markup.slice(0, -1) : markup);
    this.#parser.write(whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole);
  }

  end(): void {
    if (this.#heldReturn) this.#parser.write('\n');
    this.#parser.end();
  }
}

export function parseXml(markup: string, handlers: XmlHandlers): void {
  const stream = new XmlStream(handlers);
  stream.write(markup);
  stream.end();
}

/** An element of a small document: relationships, a table of contents, properties. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text below it. */
  readonly text: string;
}

/** The outermost element; one without a name when there is none. Keep it to small files: all of it is held. */
export function parseTree(markup: string): XmlElement {
  interface Open {
    name: string;
    attributes: Readonly<Record<string, string>>;
    children: XmlElement[];
    text: string;
  }
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [root];
  parseXml(markup, {
    open(name, attributes) {
      const element: Open = { name, attributes, children: [], text: '' };
      stack.at(-1)?.children.push(element);
      stack.push(element);
    },
    text(text) {
      const top = stack.at(-1);
      if (top) top.text += text;
    },
    close() {
      const closed = stack.length > 1 ? stack.pop() : undefined;
      const top = stack.at(-1);
      if (closed && top) top.text += closed.text;
    },
  });
  return root.children[0] ?? root;
}

/** Every element of this name below `element`, in order. */
export function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...descendants(child, name),
  ]);
}

/** An attribute by its name without a prefix. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => localName(key) === name)?.[1];
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function tooDeep(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This file is nested deeper than any document would be.',
  });
}
