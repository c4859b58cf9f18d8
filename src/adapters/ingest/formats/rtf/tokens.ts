/** The tokens of RTF, from bytes in pieces: groups, control words, characters by number, and text. */

export interface RtfHandler {
  open(): void;
  close(): void;
  /** `\par`, `\fs24`: the number is null where none is written. */
  word(name: string, value: number | null): void;
  /** `\~`, `\*`: by its character. */
  symbol(char: string): void;
  /** `\'e9` */
  byte(value: number): void;
  /** A stretch of text without line ends, in whatever code page holds. Only good during the call. */
  text(bytes: Uint8Array): void;
}

type State = 'text' | 'escape' | 'word' | 'value' | 'hex' | 'binary';

const [OPEN, CLOSE, ESCAPE, QUOTE, SPACE, MINUS, NEWLINE, RETURN] = [
  0x7b, 0x7d, 0x5c, 0x27, 0x20, 0x2d, 0x0a, 0x0d,
];
const MAX_WORD_CHARS = 32;
const MAX_DIGITS = 10;

export class RtfTokens {
  readonly #handler: RtfHandler;
  #state: State = 'text';
  #word = '';
  #digits = '';
  #hex = '';
  #binaryLeft = 0;

  constructor(handler: RtfHandler) {
    this.#handler = handler;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.#state === 'text' ? this.#text(bytes, at) : this.#step(bytes, at);
  }

  /** A control word that the file ends with. */
  end(): void {
    if (this.#state === 'word' || this.#state === 'value') this.#endWord();
  }

  #text(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === OPEN || byte === CLOSE || byte === ESCAPE || byte === NEWLINE || byte === RETURN) break;
    }
    if (at > from) this.#handler.text(bytes.subarray(from, at));
    if (at === bytes.length) return at;
    const byte = bytes[at];
    if (byte === OPEN) this.#handler.open();
    else if (byte === CLOSE) this.#handler.close();
    else if (byte === ESCAPE) this.#state = 'escape';
    return at + 1;
  }

  /** Takes one byte, or none when it ends a control word and begins something else; returns where to go on. */
  #step(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    switch (this.#state) {
      case 'escape':
        return this.#escape(byte, at);
      case 'word':
        if (isLetter(byte)) {
          if (this.#word.length < MAX_WORD_CHARS) this.#word += String.fromCharCode(byte);
          return at + 1;
        }
        if (byte !== MINUS && !isDigit(byte)) return this.#endWord(byte === SPACE ? at + 1 : at);
        this.#state = 'value';
        this.#digits = String.fromCharCode(byte);
        return at + 1;
      case 'value':
        if (!isDigit(byte)) return this.#endWord(byte === SPACE ? at + 1 : at);
        if (this.#digits.length < MAX_DIGITS) this.#digits += String.fromCharCode(byte);
        return at + 1;
      case 'hex':
        return this.#hexDigit(byte, at);
      case 'text':
        return this.#text(bytes, at);
      case 'binary': {
        const taken = Math.min(this.#binaryLeft, bytes.length - at);
        this.#binaryLeft -= taken;
        if (this.#binaryLeft === 0) this.#state = 'text';
        return at + taken;
      }
    }
  }

  #escape(byte: number, at: number): number {
    if (isLetter(byte)) {
      this.#state = 'word';
      this.#word = String.fromCharCode(byte);
      this.#digits = '';
    } else if (byte === QUOTE) {
      this.#state = 'hex';
      this.#hex = '';
    } else {
      this.#state = 'text';
      this.#handler.symbol(String.fromCharCode(byte));
    }
    return at + 1;
  }

  #hexDigit(byte: number, at: number): number {
    const digit = String.fromCharCode(byte);
    if (!/[0-9a-f]/i.test(digit)) {
      this.#state = 'text'; // broken: what follows is text again
      return at;
    }
    this.#hex += digit;
    if (this.#hex.length === 2) {
      this.#state = 'text';
      this.#handler.byte(Number.parseInt(this.#hex, 16));
    }
    return at + 1;
  }

  #endWord(next = 0): number {
    this.#state = 'text';
    const value = this.#digits === '' || this.#digits === '-' ? null : Number.parseInt(this.#digits, 10);
    if (this.#word === 'bin') {
      this.#binaryLeft = Math.max(0, value ?? 0);
      if (this.#binaryLeft > 0) this.#state = 'binary';
    } else this.#handler.word(this.#word, value);
    return next;
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
