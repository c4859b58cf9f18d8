/** The order in which files are read: as given, what is found in a file right after it, a few ahead of their turn. */

/** Files read at the same time; small ones are mostly waiting for the disk. */
const READERS = 6;
/** Larger files are not read beside others that are waiting their turn. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** Files of one level, of which a few are being read. */
interface Level<F, R> {
  readonly files: readonly F[];
  readonly ahead: Promise<R>[];
  started: number;
}

/** `F` is a file to read, `R` what came of it. */
export class ImportQueue<F extends { readonly sizeBytes: number }, R> {
  readonly #read: (file: F) => Promise<R>;
  /** The innermost level is the last: it is gone through before the one it was found in goes on. */
  readonly #levels: Level<F, R>[] = [];

  constructor(files: readonly F[], read: (file: F) => Promise<R>) {
    this.#read = read;
    this.insert(files);
  }

  /** Files that come before all that are still waiting: those found in the file that came last. */
  insert(files: readonly F[]): void {
    if (files.length > 0) this.#levels.push({ files, ahead: [], started: 0 });
  }

  /** What came of the next file, in order; null when there are no more. @throws what reading it throws */
  async next(): Promise<R | null> {
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      this.#refill(level);
      const first = level.ahead[0];
      if (first) {
        const read = await first;
        void level.ahead.shift(); // settled above
        return read;
      }
      this.#levels.pop();
    }
    return null;
  }

  /** Starts nothing more. Resolves when nothing is being read, to what was read but never asked for. */
  async unused(): Promise<R[]> {
    const ahead = this.#levels.flatMap((level) => level.ahead);
    this.#levels.length = 0;
    const ends = await Promise.allSettled(ahead);
    return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  }

  #refill(level: Level<F, R>): void {
    while (level.ahead.length < READERS && level.started < level.files.length) {
      const file = level.files[level.started];
      if (!file || (level.ahead.length > 0 && file.sizeBytes > LARGE_BYTES)) return;
      level.started++;
      const reading = this.#read(file);
      reading.catch(() => undefined); // met when its turn comes
      level.ahead.push(reading);
    }
  }
}
