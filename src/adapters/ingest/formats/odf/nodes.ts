/** Elements of OpenDocument with their text in place, streamed one block at a time. */

import { attribute, XmlStream } from '../xml';

export interface OdfNode {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly (string | OdfNode)[];
}

interface Growing extends OdfNode {
  readonly content: (string | Growing)[];
}

/** Scripts, pictures in Base64, deleted text, templates of indexes: never part of what is read. */
const LEFT_OUT = /^(?:binary-data|tracked-changes|scripts|forms|settings|.*-source|.*-decls)$/;

/** Hands on every element that stands in nothing but containers, whole, as soon as it ends. */
export class OdfStream {
  readonly #stream: XmlStream;
  readonly #open: Growing[] = [];
  #leftOut = 0;

  constructor(containers: ReadonlySet<string>, onNode: (node: OdfNode) => void) {
    this.#stream = new XmlStream({
      open: (name, attributes) => {
        if (this.#leftOut > 0 || LEFT_OUT.test(name)) this.#leftOut++;
        else if (this.#open.length > 0 || !containers.has(name)) {
          const node: Growing = { name, attributes, content: [] };
          this.#open.at(-1)?.content.push(node);
          this.#open.push(node);
        }
      },
      text: (text) => {
        if (this.#leftOut === 0) this.#open.at(-1)?.content.push(text);
      },
      close: () => {
        if (this.#leftOut > 0) this.#leftOut--;
        else {
          const closed = this.#open.pop();
          if (closed && this.#open.length === 0) onNode(closed);
        }
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

export function nodesOf(node: OdfNode): OdfNode[] {
  return node.content.filter((part): part is OdfNode => typeof part !== 'string');
}

export function childNode(node: OdfNode, name: string): OdfNode | undefined {
  return nodesOf(node).find((one) => one.name === name);
}

export function valueOf(node: OdfNode | undefined, name: string): string | undefined {
  return node && attribute(node.attributes, name);
}

/** A whole number from 0, cut to `most`; undefined where none is said. */
export function countOf(node: OdfNode, name: string, most: number): number | undefined {
  const value = Number.parseInt(valueOf(node, name) ?? '', 10);
  return Number.isFinite(value) ? Math.min(most, Math.max(0, value)) : undefined;
}

/** All text in a node, as it is. */
export function plainText(node: OdfNode | undefined): string {
  return (node?.content ?? []).map((part) => (typeof part === 'string' ? part : plainText(part))).join('');
}
