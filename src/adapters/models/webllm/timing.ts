/** How long the engine may be silent, and how long it is kept. Generous: a slow GPU is not a broken one. */

export interface EngineTiming {
  /** A load that reports no progress for this long has hung. */
  readonly loadSilenceMs: number;
  /** Before the first token: this, and so much more for each token of the prompt, which is read first. */
  readonly firstTokenMs: number;
  readonly prefillMsPerToken: number;
  /** Between one token and the next. */
  readonly tokenMs: number;
  /** A whole reply; longer ones have lost their way. */
  readonly replyMs: number;
  /** After a stop, until the model has noticed; then the worker is replaced. */
  readonly drainMs: number;
  /** Without a call for this long, the GPU's memory is given back. */
  readonly idleMs: number;
}

export const DEFAULT_TIMING: EngineTiming = {
  loadSilenceMs: 180_000,
  firstTokenMs: 90_000,
  prefillMsPerToken: 100,
  tokenMs: 60_000,
  replyMs: 1_800_000,
  drainMs: 20_000,
  idleMs: 600_000,
};
