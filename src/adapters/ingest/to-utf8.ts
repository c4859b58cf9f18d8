/** A file's bytes as well-formed UTF-8, block by block, in whatever encoding they are. */

export interface Utf8Converter {
  /** True once something could not be decoded and U+FFFD stands in its place. */
  readonly damaged: boolean;
  /** @throws NotUtf8 from the strict UTF-8 converter. */
  convert(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  end(): Uint8Array<ArrayBuffer>;
}

/** The bytes are not what a strict reading requires; another encoding must be tried. */
export class NotUtf8 extends Error {}

/** `strict` is for UTF-8 only: bytes pass through untouched, or it throws. */
export function converterFor(name: string, strict: boolean): Utf8Converter {
  if (name === 'utf-8' && strict) return new StrictUtf8();
  if (name === 'utf-32le' || name === 'utf-32be') return new Utf32(name === 'utf-32le');
  return new Standard(name);
}

/** Valid UTF-8 needs no decoding, only checking: what is stored is what was in the file. */
class StrictUtf8 implements Utf8Converter {
  readonly damaged = false;
  readonly #check = new TextDecoder('utf-8', { fatal: true });

  convert(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    try {
      this.#check.decode(block, { stream: true });
    } catch (cause) {
      throw new NotUtf8('malformed UTF-8', { cause });
    }
    return block;
  }

  end(): Uint8Array<ArrayBuffer> {
    try {
      this.#check.decode();
    } catch (cause) {
      throw new NotUtf8('truncated UTF-8', { cause });
    }
    return new Uint8Array();
  }
}

class Standard implements Utf8Converter {
  damaged = false;
  readonly #decoder: TextDecoder;
  readonly #encoder = new TextEncoder();

  constructor(name: string) {
    // A mark has been cut off before; any further U+FEFF is text.
    this.#decoder = new TextDecoder(name, { ignoreBOM: true });
  }

  convert(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return this.#encode(this.#decoder.decode(block, { stream: true }));
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.#encode(this.#decoder.decode());
  }

  #encode(text: string): Uint8Array<ArrayBuffer> {
    this.damaged ||= text.includes('\ufffd');
    return this.#encoder.encode(text);
  }
}

/** The Encoding Standard has no UTF-32. */
class Utf32 implements Utf8Converter {
  damaged = false;
  readonly #littleEndian: boolean;
  readonly #encoder = new TextEncoder();
  #rest = new Uint8Array();

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  convert(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#rest.length + block.length);
    bytes.set(this.#rest);
    bytes.set(block, this.#rest.length);
    const whole = bytes.length & ~3;
    this.#rest = bytes.slice(whole);
    const view = new DataView(bytes.buffer);
    const pieces: string[] = [];
    let codes: number[] = [];
    for (let at = 0; at < whole; at += 4) {
      codes.push(this.#scalar(view.getUint32(at, this.#littleEndian)));
      // Arguments go on the stack, so they are passed by the thousand.
      if (codes.length === 4096) {
        pieces.push(String.fromCodePoint(...codes));
        codes = [];
      }
    }
    pieces.push(String.fromCodePoint(...codes));
    return this.#encoder.encode(pieces.join(''));
  }

  end(): Uint8Array<ArrayBuffer> {
    if (this.#rest.length === 0) return new Uint8Array();
    this.damaged = true;
    return this.#encoder.encode('\ufffd');
  }

  #scalar(value: number): number {
    if (value <= 0x10ffff && (value < 0xd800 || value > 0xdfff)) return value;
    this.damaged = true;
    return 0xfffd;
  }
}
