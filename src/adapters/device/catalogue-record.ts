/** One model of the engine's own list, as it is carried from the build to the page. */

export interface CatalogueRecord {
  readonly id: string;
  readonly modelUrl: string;
  readonly libraryUrl: string;
  /** The engine says MB and counts in 2^20. */
  readonly memoryMiB: number;
  readonly contextTokens: number;
  /** WebGPU features it declares; not all that it needs. */
  readonly features: readonly string[];
  readonly vision: boolean;
  readonly storageBindingBytes: number;
  readonly manifestFile: string | null;
}
