/** An OpenDocument file, packed or flat: its parts, and the objects embedded in it. */

import { xmlPieces } from '../ooxml/xml-pieces';
import { textOf } from '../text-source';
import type { Zip } from '../zip';
import { latexOfMathml } from './mathml';
import { nodesOf, OdfStream, plainText, type OdfNode } from './nodes';
import { openPackage } from './odf-package';

/** What parts stand in; the body's own containers come with it. */
const OUTER = new Set(
  'document document-content document-styles document-meta meta styles automatic-styles master-styles body'.split(
    ' ',
  ),
);
const MAX_OBJECTS = 2000;
const MAX_OBJECT_BYTES = 1024 * 1024;

export type TakeNode = (node: OdfNode) => void;

export interface OdfFile {
  /** Runs through everything: what it says of itself, styles, then the body with its `containers` opened up. */
  read(containers: readonly string[], take: TakeNode, afterPiece: () => Promise<void>): Promise<void>;
  readonly objects: ReadonlyMap<string, OdfObject>;
}

export interface OdfObject {
  readonly kind: 'equation' | 'chart' | 'other';
  readonly text: string;
}

/** @throws SondeError `password`, `malformed` */
export async function openOdf(file: Blob): Promise<OdfFile> {
  const { zip } = await openPackage(file);
  return {
    objects: await readObjects(zip),
    read: async (containers, take, afterPiece) => {
      for (const name of ['meta.xml', 'styles.xml', 'content.xml']) {
        const entry = zip.find(name);
        if (!entry) continue;
        const stream = new OdfStream(new Set([...OUTER, ...containers]), take);
        for await (const piece of xmlPieces(zip, entry)) {
          stream.write(piece);
          await afterPiece();
        }
        stream.end();
      }
    },
  };
}

/** One file of XML instead of a package: `.fodt`. */
export function openFlatOdf(file: Blob, signal: AbortSignal): OdfFile {
  return {
    objects: new Map(),
    read: async (containers, take, afterPiece) => {
      const stream = new OdfStream(new Set([...OUTER, ...containers]), take);
      for await (const piece of (await textOf(file, signal)).pieces) {
        stream.write(piece);
        await afterPiece();
      }
      stream.end();
    },
  };
}

async function readObjects(zip: Zip): Promise<ReadonlyMap<string, OdfObject>> {
  const objects = new Map<string, OdfObject>();
  const parts = zip.entries.filter(({ name }) => /^[^/]+\/content\.xml$/.test(name)).slice(0, MAX_OBJECTS);
  for (const entry of parts) {
    const name = entry.name.slice(0, entry.name.indexOf('/'));
    let object: OdfObject = { kind: 'other', text: '' };
    const stream = new OdfStream(new Set([...OUTER]), (node) => {
      if (node.name === 'math') object = { kind: 'equation', text: latexOfMathml(node) };
      else if (node.name === 'chart')
        object = { kind: 'chart', text: nodesOf(node).flatMap(nodesOf).length > 0 ? chartTitle(node) : '' };
    });
    if (entry.sizeBytes <= MAX_OBJECT_BYTES) {
      stream.write(await zip.text(entry, MAX_OBJECT_BYTES));
      stream.end();
    }
    objects.set(name, object);
  }
  return objects;
}

function chartTitle(chart: OdfNode): string {
  const title = nodesOf(chart)
    .flatMap(nodesOf)
    .find(({ name }) => name === 'title');
  return plainText(title).trim();
}
