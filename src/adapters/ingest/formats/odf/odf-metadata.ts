/** What an OpenDocument file says of itself, in the children of `office:meta`. */

import type { DocumentBuilder } from '../document-builder';
import { xmlPieces } from '../ooxml/xml-pieces';
import type { Zip } from '../zip';
import { OdfStream, plainText, type OdfNode } from './nodes';

const CONTAINERS = new Set(['document-meta', 'meta']);
const NAMES = new Set([
  'title',
  'initial-creator',
  'creator',
  'subject',
  'creation-date',
  'date',
  'language',
]);

export class OdfMetadata {
  readonly #said = new Map<string, string>();

  /** Whether the node was one of these, and needs nobody else's look. */
  take(node: OdfNode): boolean {
    if (!NAMES.has(node.name)) return false;
    if (!this.#said.has(node.name)) this.#said.set(node.name, plainText(node));
    return true;
  }

  writeTo(out: DocumentBuilder): void {
    const of = (name: string) => this.#said.get(name) ?? '';
    out.metadata({
      title: of('title'),
      author: of('initial-creator') || of('creator'), // who began it, or else who saved it last
      subject: of('subject'),
      createdAt: of('creation-date'),
      modifiedAt: of('date'),
      language: of('language'),
    });
  }
}

/** The metadata of a package, for readers that stream its content in another way. */
export async function writeMetadata(zip: Zip, out: DocumentBuilder): Promise<void> {
  const entry = zip.find('meta.xml');
  if (!entry) return;
  const metadata = new OdfMetadata();
  const stream = new OdfStream(CONTAINERS, (node) => void metadata.take(node));
  for await (const piece of xmlPieces(zip, entry)) stream.write(piece);
  stream.end();
  metadata.writeTo(out);
}
