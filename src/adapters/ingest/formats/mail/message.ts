/** One message of mail, parsed: its headers decoded, its text, what is attached. */

import PostalMime, { decodeWords, type Attachment, type Email } from 'postal-mime';
import { SondeError } from '../../../../core/errors';
import type { Metadata } from '../../../../core/corpus/structure';
import { byteOrderMark, declaredEncoding, guessLegacy, isUtf8, wideWithoutMark } from '../../encoding';
import { converterFor } from '../../to-utf8';
import { isoOfWritten } from '../written-date';

export interface Message {
  /** Those a reader looks at, in the order mail programs show them. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly metadata: Metadata;
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
  /** Saved by a browser: it is a page, not a letter. */
  readonly isSavedPage: boolean;
}

const SHOWN = ['From', 'To', 'Cc', 'Bcc', 'Date', 'Subject'];
const MAX_DEPTH = 50;
/** Lines that may begin parts; more are made to fill memory. */
const MAX_BOUNDARY_LINES = 200_000;
const SAMPLE_BYTES = 64 * 1024;

/** @throws SondeError `malformed` */
export async function parseMessage(raw: Uint8Array<ArrayBuffer>): Promise<Message> {
  const bytes = withoutEnvelope(await asUtf8(raw));
  refusePartFlood(bytes);
  try {
    const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: MAX_DEPTH });
    return messageOf(email);
  } catch (cause) {
    throw new SondeError(
      {
        code: 'malformed',
        message: 'This message is broken: its parts are nested too deep, or its headers are far too long.',
      },
      { cause },
    );
  }
}

function messageOf(email: Email): Message {
  const values = new Map<string, string>();
  for (const { key, value } of email.headers) {
    const known = values.get(key);
    // Only addresses are gone on with; of all else the first counts.
    if (known === undefined) values.set(key, value);
    else if (/^(?:to|cc|bcc)$/.test(key) && known.length < 100_000) values.set(key, `${known}, ${value}`);
  }
  const decoded = (name: string): string =>
    decodeWords(values.get(name.toLowerCase()) ?? '')
      .replace(/[\s\0]+/g, ' ')
      .trim();
  const subject = decoded('Subject');
  const date = decoded('Date');
  return {
    headers: SHOWN.map((name) => ({ name, value: decoded(name) })).filter(({ value }) => value !== ''),
    metadata: {
      title: subject,
      author: decoded('From'),
      to: decoded('To'),
      createdAt: isoOfWritten(date) ?? '',
    },
    subject,
    plain: email.text ?? '',
    html: email.html ?? '',
    attachments: email.attachments,
    isSavedPage: values.has('snapshot-content-location') || /^<?saved by /i.test(decoded('From')),
  };
}

/** Mail is bytes that say themselves what they are; only what was saved as UTF-16, or says nothing, is converted. */
async function asUtf8(raw: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const sample = raw.subarray(0, SAMPLE_BYTES);
  const marked = byteOrderMark(sample);
  const wide = marked === null ? wideWithoutMark(sample, raw.length) : null;
  if (marked?.name === 'utf-8') return raw.subarray(marked.bomBytes);
  const name = marked?.name ?? wide ?? (await undeclared(raw, sample));
  if (name === null) return raw;
  const converter = converterFor(name, false);
  const text = new Blob([converter.convert(raw.subarray(marked?.bomBytes ?? 0)), converter.end()]);
  // What was converted is no longer in the encoding its parts declare.
  return latin1(new Uint8Array(await text.arrayBuffer()), (all) =>
    all.replace(/charset="?utf-?(?:16|32)(?:le|be)?"?/gi, 'charset=utf-8'),
  );
}

/** The encoding of a message with bytes beyond ASCII that declares none; null when it needs no guess. */
async function undeclared(raw: Uint8Array<ArrayBuffer>, sample: Uint8Array): Promise<string | null> {
  if (isUtf8(sample)) return null;
  const text = new TextDecoder('latin1').decode(raw.subarray(0, 4 * SAMPLE_BYTES));
  if (/charset\s*=/i.test(text)) return null;
  return declaredEncoding(sample) ?? (await guessLegacy(sample));
}

function latin1(bytes: Uint8Array<ArrayBuffer>, change: (text: string) => string): Uint8Array<ArrayBuffer> {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return Uint8Array.from(change(text), (letter) => letter.charCodeAt(0));
}

/** Without what programs put before the first header: empty lines, the line a mailbox begins a message with. */
function withoutEnvelope(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  const before = /^(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?(?=[!-9;-~]+:)/.exec(start)?.[0] ?? '';
  return bytes.subarray(before.length);
}

function refusePartFlood(bytes: Uint8Array): void {
  let lines = 0;
  for (let at = bytes.indexOf(0x2d); at >= 0; at = bytes.indexOf(0x2d, at + 1)) {
    const isBoundary =
      bytes[at + 1] === 0x2d && (at === 0 || bytes[at - 1] === 0x0a) && bytes[at + 2] !== 0x20;
    if (isBoundary && ++lines > MAX_BOUNDARY_LINES)
      throw new SondeError({ code: 'malformed', message: 'This message is made of far too many parts.' });
  }
}
