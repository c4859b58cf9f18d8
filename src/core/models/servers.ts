/** Model servers as the app sees them: where one is, what is known of its kind, what it lists, and whether it answers. */

import type { Problem } from '../errors';
import type { Price } from '../ports';

/** Where a server is and how to be let in. */
export interface Endpoint {
  /** Up to where `/chat/completions` is added, e.g. `https://api.openai.com/v1`. A final slash is tolerated. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Extra request headers, e.g. a preset's. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A kind of server people have, with what is known about reaching it from a page. */
export interface ModelPreset {
  readonly id: string;
  readonly label: string;
  /** Empty where the user has to give one. */
  readonly baseUrl: string;
  readonly key: 'required' | 'optional' | 'none';
  /** Where to get a key. */
  readonly keyUrl?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What has to be set on the server before a page may talk to it. */
  readonly setup?: string;
  /** What the server's owner does when it answers but refuses pages; `{origin}` stands for the page's origin. */
  readonly corsFix?: string;
  /** A path below the base URL that answers only to a valid key, where `/models` is open to all. */
  readonly keyCheckPath?: string;
}

/** A model as a server lists it; what the server does not say is null. */
export interface ListedModel {
  readonly id: string;
  readonly contextTokens: number | null;
  readonly price: Price | null;
}

/** HTTP/1.1 means six requests at once from a browser, whatever the limit says. */
export type HttpVersion = 'h1' | 'h2' | 'h3';

export type ConnectionTest =
  | {
      readonly ok: true;
      readonly models: readonly string[];
      /** Of the request for the list, connecting included. */
      readonly latencyMs: number;
      /** Null when the browser does not tell. */
      readonly protocol: HttpVersion | null;
    }
  | { readonly ok: false; readonly problem: Problem };
