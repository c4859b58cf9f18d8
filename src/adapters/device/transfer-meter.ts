/** Counts what a transfer has brought and how fast, and tells it a few times a second. */

import type { DownloadProgress } from '../../core/models/device';

const REPORT_EVERY_MS = 150;
/** Over about so long the speed is smoothed. */
const SMOOTHING_MS = 4000;
const SAMPLE_MS = 250;

export class TransferMeter {
  #bytes: number;
  #file = '';
  #bytesPerS = 0;
  #sampleBytes: number;
  #sampleAt: number;
  #startedAt: number;
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** Expected sizes of files that are not in the list, by address. */
  readonly #extra = new Map<string, number>();

  /**
   * @param startBytes kept before; not counted in the speed
   * @param listedBytes of all files whose size is known beforehand
   */
  constructor(
    private readonly startBytes: number,
    private readonly listedBytes: number,
    private readonly now: () => number,
    private readonly onProgress: (progress: DownloadProgress) => void,
    private readonly elsewhere = false,
  ) {
    this.#bytes = startBytes;
    this.#sampleBytes = startBytes;
    this.#startedAt = this.#sampleAt = now();
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The size of a file that is not in the list, as far as it is known. */
  expect(url: string, bytes: number): void {
    this.#extra.set(url, bytes);
  }

  add(bytes: number, file: string): void {
    this.#bytes += bytes;
    this.#file = file;
    if (this.now() - this.#reportedAt >= REPORT_EVERY_MS) this.report();
  }

  report(): void {
    this.#measure();
    this.#reportedAt = this.now();
    const expected = this.listedBytes + [...this.#extra.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.onProgress({
      bytes: this.#bytes,
      bytesTotal: Math.max(expected, this.#bytes),
      bytesPerS: this.#bytesPerS,
      file: this.#file,
      elsewhere: this.elsewhere,
    });
  }

  #measure(): void {
    const now = this.now();
    const elapsedMs = now - this.#sampleAt;
    if (elapsedMs < SAMPLE_MS) return;
    const latest = ((this.#bytes - this.#sampleBytes) / elapsedMs) * 1000;
    // At first the plain mean, which a moving one started at nothing would lag behind.
    const mean = ((this.#bytes - this.startBytes) / (now - this.#startedAt)) * 1000;
    const weight = 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
    this.#bytesPerS =
      now - this.#startedAt < SMOOTHING_MS ? mean : this.#bytesPerS + weight * (latest - this.#bytesPerS);
    this.#sampleAt = now;
    this.#sampleBytes = this.#bytes;
  }
}
