/** What is known of model families beyond the engine's list: licences, shapes and sizes, as their makers publish them. */

/** Decides memory and download size. Sizes as in the maker's `config.json`. */
export interface ModelShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly parameters: number;
  /** The window it was trained for, in tokens. */
  readonly maxContextTokens: number;
}

const shape = (
  layers: number,
  kvHeads: number,
  headDim: number,
  parameters: number,
  maxContextTokens: number,
): ModelShape => ({ layers, kvHeads, headDim, parameters, maxContextTokens });

/** First match wins; patterns are on ids. Models that mix kinds of attention are left out: their cost is no simple product. */
const SHAPES: readonly (readonly [RegExp, ModelShape])[] = [
  [/^Qwen2(\.5)?(-Coder)?-0\.5B/, shape(24, 2, 64, 0.494e9, 32_768)],
  [/^Qwen2(\.5)?-Math-1\.5B/, shape(28, 2, 128, 1.544e9, 4096)],
  [/^Qwen2(\.5)?(-Coder)?-1\.5B/, shape(28, 2, 128, 1.544e9, 32_768)],
  [/^Qwen2\.5(-Coder)?-3B/, shape(36, 2, 128, 3.086e9, 32_768)],
  [/^Qwen2-Math-7B/, shape(28, 4, 128, 7.616e9, 4096)],
  [/^Qwen2(\.5)?(-Coder)?-7B/, shape(28, 4, 128, 7.616e9, 32_768)],
  [/^DeepSeek-R1-Distill-Qwen-7B/, shape(28, 4, 128, 7.616e9, 131_072)],
  [/^Qwen3-0\.6B/, shape(28, 8, 128, 0.596e9, 40_960)],
  [/^Qwen3-1\.7B/, shape(28, 8, 128, 1.72e9, 40_960)],
  [/^Qwen3-4B/, shape(36, 8, 128, 4.022e9, 40_960)],
  [/^Qwen3-8B/, shape(36, 8, 128, 8.191e9, 40_960)],
  [/Llama-3\.2-1B/, shape(16, 8, 64, 1.236e9, 131_072)],
  [/Llama-3\.2-3B/, shape(28, 8, 128, 3.213e9, 131_072)],
  [/Llama-3\.1-8B|Distill-Llama-8B/, shape(32, 8, 128, 8.03e9, 131_072)],
  [/Llama-3-8B/, shape(32, 8, 128, 8.03e9, 8192)],
  [/^Phi-4-mini/, shape(32, 8, 128, 3.836e9, 131_072)],
  [/^Phi-3\.5-mini/, shape(32, 32, 96, 3.821e9, 131_072)],
  [/^Phi-3-mini-4k/, shape(32, 32, 96, 3.821e9, 4096)],
  [/^SmolLM2-1\.7B/, shape(24, 32, 64, 1.711e9, 8192)],
  [/^SmolLM2-360M/, shape(32, 5, 64, 0.362e9, 8192)],
  [/^SmolLM2-135M/, shape(30, 3, 64, 0.135e9, 8192)],
  [/^TinyLlama-1\.1B/, shape(22, 4, 64, 1.1e9, 2048)],
  [/Mistral-7B/, shape(32, 8, 128, 7.248e9, 32_768)],
];

/** Null where a family has no one licence, or none we are sure of. First match wins. */
const LICENCES: readonly (readonly [RegExp, string | null])[] = [
  [/^Qwen2\.5(-Coder)?-3B/, 'Qwen Research, non-commercial'],
  [/^Qwen(2|2\.5|3|3\.5)-/, 'Apache-2.0'],
  [/^DeepSeek-R1-Distill-Qwen/, 'MIT'],
  [/Llama-3\.2/, 'Llama 3.2 Community'],
  [/Llama-3\.1|Distill-Llama/, 'Llama 3.1 Community'],
  [/Llama-3-/, 'Llama 3 Community'],
  [/^Llama-2/, 'Llama 2 Community'],
  [/^WizardMath/, null],
  [/^phi-|^Phi-/, 'MIT'],
  [/^gemma-?[23]?-?\d*b/i, 'Gemma Terms of Use'],
  [/^SmolLM2|^TinyLlama|^RedPajama|^OLMo-2|Mistral-7B|^Ministral-3/, 'Apache-2.0'],
];

/** The shape of a model by its id, or null when it is not known. */
export function shapeOf(id: string): ModelShape | null {
  return SHAPES.find(([pattern]) => pattern.test(id))?.[1] ?? null;
}

/** e.g. `Apache-2.0`; null when not known. */
export function licenceOf(id: string): string | null {
  return LICENCES.find(([pattern]) => pattern.test(id))?.[1] ?? null;
}
