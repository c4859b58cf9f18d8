/** Reads messages as Outlook saves them (MSG): compound files in which every property of a message is a stream. */

import type { Attachment } from 'postal-mime';
import { SondeError } from '../../../../core/errors';
import { Ole } from '../ole';
import type { FormatReader } from '../reader';
import { wholeTextOf } from '../text-source';
import { isoOfWritten } from '../written-date';
import type { Message } from './message';
import { unpackedRtf } from './packed-rtf';
import { writeMessage } from './write-message';

/** Numbers of properties, as [MS-OXPROPS] has them, in hexadecimal. */
const PROPERTY = {
  subject: '0037',
  sentAt: '0039',
  transportHeaders: '007D',
  senderName: '0C1A',
  senderAddress: '0C1F',
  senderSmtpAddress: '5D01',
  displayCc: '0E03',
  displayTo: '0E04',
  body: '1000',
  packedRtf: '1009',
  html: '1013',
  attachedData: '3701',
  attachedName: '3704',
  attachedLongName: '3707',
  attachedType: '370E',
} as const;
const MAX_DEPTH = 5;
const MAX_ATTACHMENTS = 5000;
/** Between 1601 and 1970, in units of 100 nanoseconds. */
const EPOCH_TICKS = 116_444_736_000_000_000n;

export const readMsg: FormatReader = async ({ file, signal }, out) => {
  const ole = await Ole.open(file);
  const read = async (folder: string, path: string, depth: number): Promise<void> => {
    const properties = new Properties(ole, folder, signal);
    const message = await messageOf(properties);
    const { attachments, embedded } = await attachedTo(ole, folder, signal);
    if (depth === 0) out.metadata(message.metadata);
    const mark = out.open('message', message.subject || 'Without a subject');
    await writeMessage({ ...message, attachments }, out, path);
    mark.end();
    await out.flush();
    for (const [index, inner] of embedded.entries())
      if (depth < MAX_DEPTH) await read(`${inner}/`, `${path}message-${String(index + 1)}/`, depth + 1);
      else out.lost('embedded-files');
  };
  await read('', '', 0);
  if (out.position === 0)
    throw new SondeError({ code: 'empty', message: 'There is no text in this message.' });
};

/** The properties of one message or attachment. `folder` is empty or ends in a slash. */
class Properties {
  readonly #ole: Ole;
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(ole: Ole, folder: string, signal: AbortSignal) {
    this.#ole = ole;
    this.#folder = folder;
    this.#signal = signal;
  }

  bytes(property: string, type: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#ole.stream(`${this.#folder}__substg1.0_${property}${type}`);
  }

  /** Unicode, or else in whatever code page it was saved. */
  async text(property: string): Promise<string> {
    const wide = await this.bytes(property, '001F');
    if (wide) return new TextDecoder('utf-16le').decode(wide).replace(/\0+$/, '');
    const narrow = await this.bytes(property, '001E');
    return narrow ? (await wholeTextOf(new Blob([narrow]), this.#signal)).replace(/\0+$/, '') : '';
  }

  /** Of those properties that fit into eight bytes, all in one stream of sixteen bytes each. */
  async time(property: string): Promise<string> {
    const table = await this.#ole.stream(`${this.#folder}__properties_version1.0`);
    if (!table) return '';
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    const wanted = (parseInt(property, 16) << 16) | 0x0040;
    for (let at = table.length % 16; at + 16 <= table.length; at += 16)
      if (view.getUint32(at, true) === wanted >>> 0) {
        const ms = Number((view.getBigUint64(at + 8, true) - EPOCH_TICKS) / 10_000n);
        return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : '';
      }
    return '';
  }
}

async function messageOf(properties: Properties): Promise<Message> {
  const text = (name: keyof typeof PROPERTY): Promise<string> => properties.text(PROPERTY[name]);
  const [subject, name, smtp, address, to, cc] = await Promise.all([
    text('subject'),
    text('senderName'),
    text('senderSmtpAddress'),
    text('senderAddress'),
    text('displayTo'),
    text('displayCc'),
  ]);
  const sender = smtp || (address.includes('@') ? address : '');
  const from = sender === '' || sender === name ? name || sender : `${name} <${sender}>`;
  const written = /^Date:\s*(.+)$/im.exec(await text('transportHeaders'))?.[1]?.trim();
  const date = written ?? (await properties.time(PROPERTY.sentAt));
  const headers = { From: from, To: to, Cc: cc, Date: date, Subject: subject };
  return {
    headers: Object.entries(headers).flatMap(([key, value]) => (value === '' ? [] : [{ name: key, value }])),
    metadata: { title: subject, author: from, to, createdAt: isoOfWritten(date) ?? date },
    subject,
    ...(await bodyOf(properties)),
    attachments: [],
    isSavedPage: false,
  };
}

async function bodyOf(properties: Properties): Promise<{ plain: string; html: string }> {
  const plain = await properties.text(PROPERTY.body);
  const bytes = await properties.bytes(PROPERTY.html, '0102');
  const html = bytes
    ? await wholeTextOf(new Blob([bytes]), new AbortController().signal)
    : await properties.text(PROPERTY.html);
  if (plain.trim() !== '' || html.trim() !== '') return { plain, html };
  const packed = await properties.bytes(PROPERTY.packedRtf, '0102');
  return { plain: packed ? await unpackedRtf(packed) : '', html: '' };
}

/** Files attached to a message, and the folders of messages attached to it. */
async function attachedTo(
  ole: Ole,
  folder: string,
  signal: AbortSignal,
): Promise<{ attachments: Attachment[]; embedded: string[] }> {
  const own = ole.storages.filter(
    (name) => name.startsWith(`${folder}__attach_version1.0_`) && !name.slice(folder.length).includes('/'),
  );
  const attachments: Attachment[] = [];
  const embedded: string[] = [];
  for (const storage of own.slice(0, MAX_ATTACHMENTS)) {
    const properties = new Properties(ole, `${storage}/`, signal);
    const content = await properties.bytes(PROPERTY.attachedData, '0102');
    const message = `${storage}/__substg1.0_${PROPERTY.attachedData}000D`;
    if (!content) {
      if (ole.storages.includes(message)) embedded.push(message);
      continue;
    }
    const long = await properties.text(PROPERTY.attachedLongName);
    const filename = long || (await properties.text(PROPERTY.attachedName)) || null;
    const mimeType = (await properties.text(PROPERTY.attachedType)) || 'application/octet-stream';
    attachments.push({ filename, mimeType, disposition: 'attachment', content });
  }
  return { attachments, embedded };
}
