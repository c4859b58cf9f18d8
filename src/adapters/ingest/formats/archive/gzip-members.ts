/** What a gzip file unpacks to, its members one after the other, each checked against its own sum. */

import { Gunzip } from 'fflate';
import { SondeError } from '../../../../core/errors';
import { fileBlocks, readBytes } from '../../file-blocks';
import { crc32 } from '../zip/crc32';
import { UnpackBudget } from '../zip/limits';

/** At most a thousandfold comes out of a piece at once, and members are unpacked within one another. */
const PIECE_BYTES = 4 * 1024;
const MAX_BYTES = 4 * 1024 ** 3;
const TRAILER_BYTES = 8;
/** What may follow the last member: zeros up to a block of tape, a signature. */
const MAX_TRAILING_BYTES = 64 * 1024;

export class GzipMembers {
  /** True once it turned out that the file is broken: what came before that is sound as far as it can be told. */
  isBroken = false;
  readonly #file: Blob;
  readonly #name: string;
  readonly #signal: AbortSignal;
  /** Of the member at hand. */
  #sum = 0;
  #sizeBytes = 0;

  /** `name` is how it is called in what is said of it. */
  constructor(file: Blob, name: string, signal: AbortSignal) {
    this.#file = file;
    this.#name = name;
    this.#signal = signal;
  }

  /** Ends where the file breaks. @throws SondeError `too-large`; the signal's reason when aborted */
  async *pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const budget = new UnpackBudget(this.#file.size);
    const packed = { name: this.#name, sizeBytes: null, compressedBytes: this.#file.size };
    const meter = budget.meter(packed, MAX_BYTES);
    for await (const outcome of this.#unpacked()) {
      if (outcome instanceof Uint8Array) {
        meter.add(outcome.length);
        this.#sum = crc32(outcome, this.#sum);
        this.#sizeBytes += outcome.length;
        yield outcome;
      } else if (!(await this.#isSound(outcome))) {
        this.isBroken = true;
        return;
      } else {
        this.#sum = 0;
        this.#sizeBytes = 0;
      }
    }
  }

  /** Pieces of text, and where members end: `exact` is false where something else may follow the last. */
  async *#unpacked(): AsyncGenerator<Uint8Array<ArrayBuffer> | MemberEnd> {
    let events: (Uint8Array<ArrayBuffer> | MemberEnd)[] = [];
    const gunzip = new Gunzip((piece) => {
      if (piece.length > 0) events.push(piece);
    });
    gunzip.onmember = (at) => events.push({ at, exact: true });
    let done = 0;
    for await (const block of fileBlocks(this.#file, this.#signal))
      for (let at = 0; at < block.length; at += PIECE_BYTES) {
        const piece = block.slice(at, at + PIECE_BYTES);
        done += piece.length;
        const isFine = pushed(gunzip, piece, done === this.#file.size);
        yield* events;
        events = [];
        if (isFine) continue;
        yield { at: this.#file.size, exact: false };
        return;
      }
    yield { at: this.#file.size, exact: false };
  }

  /** Whether the sum and size that end a member are those of what came out. */
  async #isSound({ at, exact }: MemberEnd): Promise<boolean> {
    const reach = exact ? TRAILER_BYTES : TRAILER_BYTES + MAX_TRAILING_BYTES;
    const bytes = await readBytes(this.#file, Math.max(0, at - reach), at);
    const view = new DataView(bytes.buffer);
    for (let end = bytes.length - TRAILER_BYTES; end >= 0; end--)
      if (view.getUint32(end, true) === this.#sum && view.getUint32(end + 4, true) === this.#sizeBytes >>> 0)
        return true;
    return false;
  }
}

interface MemberEnd {
  readonly at: number;
  readonly exact: boolean;
}

/** False when the data cannot be unpacked any further: it is broken, or something else follows. */
function pushed(gunzip: Gunzip, piece: Uint8Array, isLast: boolean): boolean {
  try {
    gunzip.push(piece, isLast);
    return true;
  } catch (thrown) {
    if (thrown instanceof SondeError) throw thrown;
    return false; // told apart by the sums: all of the last member may have come
  }
}
