/** How a model is named by people, scripts and settings: enough to build a `ChatModel` from, nothing more. */

import type { Price } from '../ports';

export type ModelRef =
  | { readonly provider: 'reader' }
  | { readonly provider: 'webllm'; readonly model: string }
  | {
      readonly provider: 'openai';
      /** Up to and including the version, e.g. `https://api.openai.com/v1`. */
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey?: string;
      readonly priceUsdPerMTok?: Price;
      /** The window, input and output together, in tokens. */
      readonly contextTokens?: number;
    };
