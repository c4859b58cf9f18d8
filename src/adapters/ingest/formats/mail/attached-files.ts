/** What comes with a message: files, pictures of its text, other messages, and what cannot be had. */

import type { Attachment } from 'postal-mime';
import type { Problem } from '../../../../core/errors';

export type Attached =
  | { readonly kind: 'file'; readonly name: string; readonly file: Blob }
  /** A message that was forwarded in the text, to be read as part of it. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A report of a mail server. */
  | { readonly kind: 'text'; readonly text: string }
  /** A picture shown in the text. */
  | { readonly kind: 'picture' }
  /** The whole message, locked. */
  | { readonly kind: 'locked'; readonly problem: Problem }
  | { readonly kind: 'lost'; readonly name: string; readonly problem: Problem };

const reports = new Set([
  'message/delivery-status',
  'message/disposition-notification',
  'message/feedback-report',
  'text/rfc822-headers',
]);
/** Endings of what mails hold, for parts without a name. */
const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/json': 'json',
  'application/rtf': 'rtf',
  'text/rtf': 'rtf',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/epub+zip': 'epub',
  'application/xml': 'xml',
  'application/gzip': 'gz',
  'application/ics': 'ics',
  'message/rfc822': 'eml',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/markdown': 'md',
  'text/plain': 'txt',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
};

/** What an attachment is; null when it is nothing anybody misses, such as a signature. */
export function attachedOf(attachment: Attachment, index: number): Attached | null {
  const { mimeType, disposition } = attachment;
  const bytes = bytesOf(attachment);
  const name = nameOf(attachment, index);
  if (/^application\/(?:x-)?(?:pkcs7|pgp)-signature$/.test(mimeType)) return null;
  if (/^application\/(?:x-)?pkcs7-mime$/.test(mimeType) || /\.p7m$/i.test(name))
    return { kind: 'locked', problem: locked };
  if (mimeType === 'application/pgp-encrypted') return { kind: 'locked', problem: locked };
  if (mimeType === 'application/ms-tnef' || /^winmail\.dat$/i.test(name))
    return { kind: 'lost', name, problem: outlookOnly };
  if (mimeType === 'message/rfc822' && disposition !== 'attachment') return { kind: 'message', bytes };
  if (reports.has(mimeType) && disposition !== 'attachment')
    return { kind: 'text', text: new TextDecoder().decode(bytes) };
  if (mimeType.startsWith('image/') && disposition !== 'attachment' && isShown(attachment))
    return { kind: 'picture' };
  return { kind: 'file', name, file: new Blob([bytes], { type: mimeType }) };
}

function isShown({ related, contentId, filename }: Attachment): boolean {
  return related === true || contentId !== undefined || filename === null;
}

function bytesOf({ content }: Attachment): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return new Uint8Array(content instanceof ArrayBuffer ? content : content.slice());
}

/** Without folders; parts without a name are called by what they are. */
function nameOf({ filename, mimeType, description }: Attachment, index: number): string {
  const said =
    (filename ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\p{Cc}/gu, '')
      .trim() ?? '';
  if (said !== '' && !/^\.+$/.test(said))
    return /^message\//.test(mimeType) && !said.includes('.') ? `${said}.eml` : said;
  const subtype = mimeType.split('/')[1] ?? '';
  const ending =
    endings[mimeType] ??
    (/^[a-z0-9]{2,5}$/.test(subtype) ? subtype : mimeType.startsWith('text/') ? 'txt' : 'bin');
  const called = description
    ?.replace(/[/\\\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 100);
  return `${called || `attachment-${String(index + 1)}`}.${ending}`;
}

const locked: Problem = {
  code: 'unreadable',
  message: 'The text of this message is encrypted or sealed (S/MIME or PGP): only its headers could be read.',
  hint: 'Open it in your mail program and save or forward it from there without encryption.',
};

const outlookOnly: Problem = {
  code: 'unreadable',
  message: 'What is attached is wrapped in Outlook’s own format (winmail.dat), which cannot be read here.',
  hint: 'Open the mail in Outlook, or a program that reads TNEF, and save the attachments from there.',
};
