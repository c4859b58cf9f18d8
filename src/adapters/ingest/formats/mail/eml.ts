/** Reads a single message of mail, and web pages that a browser saved as one file (MHTML). */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { finishPage } from '../html/html';
import { HtmlDocument } from '../html/html-document';
import type { FormatReader, ReaderInput } from '../reader';
import { parseMessage, type Message } from './message';
import { writeMessage } from './write-message';

/** A message is held whole, several times over. */
const MAX_BYTES = 256 * 1024 * 1024;

export const readEml: FormatReader = async (input, out) => {
  const { file } = input;
  if (file.size > MAX_BYTES)
    throw new SondeError({
      code: 'too-large',
      message: 'This message is larger than any mail server would take: over 256 MB.',
      hint: 'Save its attachments from your mail program and drop those.',
    });
  const message = await parseMessage(new Uint8Array(await file.arrayBuffer()));
  if (message.isSavedPage && message.html !== '') return readSavedPage(message, input, out);
  out.metadata(message.metadata);
  await writeMessage(message, out);
  if (out.position === 0)
    throw new SondeError({
      code: 'empty',
      message: 'There is nothing in this message: no headers and no text.',
      hint: 'Save it again from your mail program.',
    });
};

async function readSavedPage(message: Message, input: ReaderInput, out: DocumentBuilder): Promise<void> {
  const page = new HtmlDocument(out, { setsMetadata: false });
  page.write(message.html);
  page.end();
  await finishPage(page, message.html, input, out);
  const { title, createdAt } = message.metadata;
  out.metadata({ title: title ?? '', createdAt: createdAt ?? '' });
}
