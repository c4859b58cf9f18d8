/** Writes a message into a document: its headers as lines, its text, forwarded messages; what is attached as files. */

import { toProblem } from '../../../../core/errors';
import { harmlessPath } from '../archive/harmless-path';
import type { DocumentBuilder } from '../document-builder';
import { HtmlDocument } from '../html/html-document';
import { attachedOf, type Attached } from './attached-files';
import { bodyOf } from './body';
import { parseMessage, type Message } from './message';
import { withoutFiles } from './uuencode';

const MAX_FORWARDED_DEPTH = 5;

/** `folder` is where its files go: empty, or a path that ends in a slash. */
export async function writeMessage(
  message: Message,
  out: DocumentBuilder,
  folder = '',
  depth = 0,
): Promise<void> {
  const attached = message.attachments.flatMap((attachment, index) => attachedOf(attachment, index) ?? []);
  const { text, files } = withoutFiles(message.plain.replace(/\r\n?/g, '\n'));
  const all: Attached[] = [
    ...attached,
    ...files.map(({ name, bytes }): Attached => ({ kind: 'file', name, file: new Blob([bytes]) })),
  ];
  writeHeaders(message, all, out);
  const showsPictures = await writeBody(text, message.html, out);
  const names = new Map<string, number>();
  for (const part of all) {
    if (part.kind === 'picture')
      out.lost('images', showsPictures ? 0 : 1); // else counted where they are shown
    else if (part.kind === 'text') out.paragraph(part.text.replace(/\r\n?/g, '\n').trim());
    else if (part.kind === 'locked') out.warn(part.problem);
    else if (part.kind === 'message') await writeForwarded(part.bytes, out, folder, names, depth);
    else if (part.kind === 'file') await out.child(folder + unique(part.name, names), part.file);
    else await out.lostChild(folder + unique(part.name, names), part.problem);
  }
}

function writeHeaders({ headers }: Message, attached: readonly Attached[], out: DocumentBuilder): void {
  out.breakLine(2);
  for (const { name, value } of headers) out.line(`${name}: ${value}`);
  const names = attached.flatMap((part) => (part.kind === 'file' || part.kind === 'lost' ? part.name : []));
  if (names.length > 0) out.line(`Attachments: ${names.join(', ')}`);
  out.breakLine(2);
}

/** True when HTML was written, with its pictures. */
async function writeBody(plain: string, html: string, out: DocumentBuilder): Promise<boolean> {
  const body = await bodyOf(plain, html);
  const text = plain.replace(/^\s*\n/, '').trimEnd();
  if (body !== 'html' && text !== '') out.paragraph(text);
  if (body === 'plain') return false;
  out.breakLine(2);
  const page = new HtmlDocument(out, { setsMetadata: false });
  page.write(html);
  page.end();
  out.breakLine(2);
  return true;
}

async function writeForwarded(
  bytes: Uint8Array<ArrayBuffer>,
  out: DocumentBuilder,
  folder: string,
  names: Map<string, number>,
  depth: number,
): Promise<void> {
  if (depth >= MAX_FORWARDED_DEPTH)
    return out.child(folder + unique('forwarded.eml', names), new Blob([bytes]));
  try {
    const message = await parseMessage(bytes);
    const inner = message.attachments.length === 0 ? folder : `${folder}${unique('forwarded', names)}/`;
    await writeMessage(message, out, inner, depth + 1);
  } catch (thrown) {
    if (toProblem(thrown).code !== 'malformed') throw thrown;
    out.lost('unreadable-parts');
  }
}

/** A name that can do no harm and that no other attachment of the message has. */
function unique(name: string, names: Map<string, number>): string {
  const harmless = harmlessPath(name);
  let count = names.get(harmless.toLowerCase()) ?? 0;
  let free = harmless;
  // Counted on from where it was left: a message may have ten thousand files of one name.
  for (; count > 0 && names.has(free.toLowerCase()); count++)
    free = harmless.replace(/(\.[^.]*)?$/, (ending) => `-${String(count + 1)}${ending}`);
  names.set(harmless.toLowerCase(), Math.max(1, count));
  names.set(free.toLowerCase(), names.get(free.toLowerCase()) ?? 1);
  return free;
}
