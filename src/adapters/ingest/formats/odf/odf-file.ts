/** An OpenDocument file, packed or flat: its parts, what it says of itself, and its embedded formulas. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { xmlPieces } from '../ooxml/xml-pieces';
import { textOf } from '../text-source';
import { Zip } from '../zip';
import { latexOfMathml } from './mathml';
import { nodesOf, OdfStream, plainText, type OdfNode } from './nodes';

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
  const zip = await Zip.open(file);
  const manifest = zip.find('META-INF/manifest.xml');
  if (manifest && (await zip.text(manifest)).includes('encryption-data')) throw locked();
  const content = zip.find('content.xml');
  if (!content) throw noContent();
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

/** Takes a child of `office:meta`. */
export function readMeta(node: OdfNode, out: DocumentBuilder): void {
  const text = plainText(node);
  switch (node.name) {
    case 'title':
      return out.metadata({ title: text });
    case 'initial-creator':
      return out.metadata({ author: text });
    case 'subject':
      return out.metadata({ subject: text });
    case 'creation-date':
      return out.metadata({ createdAt: text });
    case 'date':
      return out.metadata({ modifiedAt: text });
    case 'language':
      return out.metadata({ language: text });
  }
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

function locked(): SondeError {
  return new SondeError({
    code: 'password',
    message: 'This document is protected with a password.',
    hint: 'Open it, save it without the password, and drop that.',
  });
}

function noContent(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This looks like an OpenDocument file, but the part with its text is missing.',
    hint: 'Open it in the program that made it, save it anew, and drop that.',
  });
}
