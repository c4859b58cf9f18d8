/** Reads mailboxes message by message, of any size; what is attached goes to a folder of its message. */

import { SondeError, toProblem } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader } from '../reader';
import { Mailbox, type MessagePlace } from './mailbox-messages';
import { parseMessage } from './message';
import { writeMessage } from './write-message';

/** Of a message that is larger, the beginning is read: a mailbox with its separators broken would be one message. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const FLUSH_MS = 300;

export const readMbox: FormatReader = async ({ file, signal, progress }, out) => {
  let count = 0;
  let firstFailure: unknown = null;
  let flushedAt = performance.now();
  const mailbox = new Mailbox(file, signal);
  for await (const place of mailbox.messages()) {
    count++;
    try {
      await readMessage(mailbox, place, count, out);
    } catch (thrown) {
      if (toProblem(thrown).code !== 'malformed') throw thrown;
      firstFailure ??= thrown;
      out.lost('unreadable-parts');
    }
    if (performance.now() - flushedAt > FLUSH_MS) {
      progress(place.end, file.size);
      await out.flush();
      flushedAt = performance.now();
    } else await out.flushWhenLarge();
  }
  if (out.position === 0)
    throw firstFailure ?? new SondeError({ code: 'empty', message: 'There is no message in this mailbox.' });
};

async function readMessage(
  mailbox: Mailbox,
  { start, end }: MessagePlace,
  number: number,
  out: DocumentBuilder,
): Promise<void> {
  const bytes = await mailbox.bytes(start, Math.min(end, start + MAX_MESSAGE_BYTES));
  if (end - start > MAX_MESSAGE_BYTES) out.lost('cut-off');
  const message = await parseMessage(unquoted(bytes));
  out.breakLine(2);
  const mark = out.open('message', message.subject || `(message ${String(number)})`);
  await writeMessage(message, out, `message-${String(number)}/`);
  mark.end();
}

/** Lines of text that begin with `From ` were written with a `>` before it, those with `>From ` with one more. */
function unquoted(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const extra: number[] = [];
  for (let at = bytes.indexOf(0x3e); at >= 0; at = bytes.indexOf(0x3e, at + 1)) {
    if (at > 0 && bytes[at - 1] !== 0x0a) continue;
    let next = at;
    while (bytes[next] === 0x3e) next++;
    if (isFrom(bytes, next)) extra.push(at);
    at = next - 1;
  }
  if (extra.length === 0) return bytes;
  const kept = new Uint8Array(bytes.length - extra.length);
  let from = 0;
  extra.forEach((at, index) => {
    kept.set(bytes.subarray(from, at), from - index);
    from = at + 1;
  });
  kept.set(bytes.subarray(from), from - extra.length);
  return kept;
}

function isFrom(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x46 &&
    bytes[at + 1] === 0x72 &&
    bytes[at + 2] === 0x6f &&
    bytes[at + 3] === 0x6d &&
    bytes[at + 4] === 0x20
  );
}
