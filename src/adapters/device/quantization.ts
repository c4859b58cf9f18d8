/** The part of a model's id that says how its numbers are kept, e.g. `q4f16_1`: 4-bit weights, 16-bit arithmetic. */

export interface Quantization {
  /** As written, e.g. `q4f16_1`. */
  readonly name: string;
  /** Bits a weight takes, with the scales that belong to it; null for forms not known. */
  readonly bitsPerWeight: number | null;
  /** Bytes a number of the attention cache takes. */
  readonly valueBytes: 2 | 4;
  readonly needsF16: boolean;
}

/** Scales are one number per 32 weights (40 for the 3-bit form): 4 + 16/32, 4 + 32/32. */
const BITS: Readonly<Record<string, number>> = { q4f16_1: 4.5, q4f32_1: 5, q0f16: 16, q0f32: 32 };

/** From an id or a configuration's `quantization`; null when there is none in it. */
export function quantizationOf(text: string): Quantization | null {
  const match = /q\d+(bf16|f16|f32)(_\d+)?(?![\da-z])/.exec(text);
  if (!match) return null;
  const [name, kind] = match;
  return {
    name,
    bitsPerWeight: BITS[name] ?? null,
    valueBytes: kind === 'f32' ? 4 : 2,
    needsF16: kind !== 'f32',
  };
}

/** The id of the same model with 32-bit arithmetic: `…-q4f16_1-…` → `…-q4f32_1-…`; null when it is one already. */
export function twinIdOf(id: string): string | null {
  const quantization = quantizationOf(id);
  if (!quantization?.needsF16) return null;
  return id.replace(quantization.name, quantization.name.replace(/b?f16/, 'f32'));
}
