/**
 * Where the messages of a mailbox begin. The format has no definition: a message begins with a line `From …` that
 * programs write in different ways, and that prose may begin with too.
 */

import { fileBlocks, readBytes } from '../../file-blocks';

export interface MessagePlace {
  /** Byte offsets of the message without its separator line, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** What is looked at of a candidate: its line, the start of the next, and what is before. */
const WINDOW_BYTES = 400;
const BEFORE_BYTES = 4;
const latin1 = new TextDecoder('latin1');
const from = [0x46, 0x72, 0x6f, 0x6d, 0x20]; // 'From '

const asctime = /[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d(?::\d\d)?\b.*\b\d{4}/;
const dated = /\d{1,2}:\d\d.*\b(?:19|20)\d\d\b|\b(?:19|20)\d\d\b.*\d{1,2}:\d\d/;
const header = /^(?:>?From |[!-9;-~]+:)/;

/** The messages of a mailbox in order, found as the file is read: it is never held as a whole. */
export class Mailbox {
  readonly #file: Blob;
  readonly #signal: AbortSignal;
  /** The block read last, and where in the file it is: most messages are in it. */
  #block = new Uint8Array();
  #blockAt = 0;

  constructor(file: Blob, signal: AbortSignal) {
    this.#file = file;
    this.#signal = signal;
  }

  async *messages(): AsyncGenerator<MessagePlace> {
    let start = -1;
    for await (const { at, after } of this.#separators()) {
      if (start >= 0 || at > 0) yield { start: Math.max(0, start), end: at };
      start = after;
    }
    yield { start: Math.max(0, start), end: this.#file.size }; // without any separator it is one message
  }

  async bytes(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const from = start - this.#blockAt;
    if (from >= 0 && end - this.#blockAt <= this.#block.length)
      return this.#block.slice(from, end - this.#blockAt);
    return readBytes(this.#file, start, end);
  }

  async *#separators(): AsyncGenerator<Separator> {
    let last = 0x0a;
    for await (const block of fileBlocks(this.#file, this.#signal)) {
      this.#blockAt += this.#block.length;
      this.#block = block;
      for (let at = block.indexOf(0x46); at >= 0; at = block.indexOf(0x46, at + 1)) {
        if ((at === 0 ? last : block[at - 1]) !== 0x0a || !mayBeFrom(block, at) || isProse(block, at))
          continue;
        const place = this.#blockAt + at;
        const lead = Math.min(BEFORE_BYTES, place);
        const window = latin1.decode(
          await this.bytes(place - lead, Math.min(this.#file.size, place + WINDOW_BYTES)),
        );
        const length = separatorLength(window, lead);
        if (length > 0) yield { at: place, after: place + length };
      }
      last = block.at(-1) ?? last;
    }
  }
}

interface Separator {
  readonly at: number;
  /** Where the line after it begins. */
  readonly after: number;
}

/** Also at the end of a block, where not all of it can be seen. */
function mayBeFrom(block: Uint8Array, at: number): boolean {
  return from.every((byte, index) => at + index >= block.length || block[at + index] === byte);
}

/** A line without a digit right after one with text separates nothing: what most lines are that begin so. */
function isProse(block: Uint8Array, at: number): boolean {
  if (at < 3 || block[at - 2] === 0x0a || (block[at - 2] === 0x0d && block[at - 3] === 0x0a)) return false;
  const end = block.indexOf(0x0a, at);
  if (end < 0 || end > at + WINDOW_BYTES) return false;
  return !block.subarray(at, end).some((byte) => byte >= 0x30 && byte <= 0x39);
}

/** The length of the separator line with its end; 0 when the line is none. `lead` is what of the window is before it. */
function separatorLength(window: string, lead: number): number {
  const text = window.slice(lead);
  const end = text.indexOf('\n');
  const line = end < 0 ? text : text.slice(0, end);
  if (!line.startsWith('From ')) return 0;
  const length = end < 0 ? line.length : end + 1;
  if (asctime.test(line)) return length;
  const isAfterEmpty = lead === 0 || /\n\r?\n$/.test(window.slice(0, lead));
  if (!isAfterEmpty) return 0;
  const leadsToHeader = header.test(text.slice(length));
  const isAddress = /^From (?:\S+@\S+|-|MAILER-DAEMON|\S+)\s*$/.test(line);
  return leadsToHeader && (dated.test(line) || isAddress || /^From \S+@\S+ /.test(line)) ? length : 0;
}
