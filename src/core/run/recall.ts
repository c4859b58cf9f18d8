/** The replies kept to the questions of one batch: looked up together before it begins, and added to as it is answered. */

import type { ChatModel, SubcallRequest } from '../ports';
import type { ReplyCache, ReplyKey } from './reply-cache';

export class Recall {
  readonly #cache: ReplyCache;
  readonly #keys: readonly ReplyKey[];
  #found: Promise<readonly (string | null)[]> | null = null;

  constructor(cache: ReplyCache, keys: readonly ReplyKey[]) {
    this.#cache = cache;
    this.#keys = keys;
  }

  /** The reply kept to the question in that slot; null when there is none. */
  async reply(index: number): Promise<string | null> {
    this.#found ??= this.#cache.find(this.#keys);
    return (await this.#found)[index] ?? null;
  }

  /** @param reply whole and not empty, by the very model that was asked */
  keep(index: number, reply: string): void {
    const key = this.#keys[index];
    if (key) this.#cache.keep(key, reply);
  }
}

/** Null when nothing is kept of such calls: what is computed here, from the prompt alone, is quicker computed again. */
export function recallOf(
  cache: ReplyCache | null,
  request: SubcallRequest,
  { name: model, host, engine }: ChatModel,
): Recall | null {
  if (!cache || (host === null && engine === undefined)) return null;
  const asked = new Map<string, number>();
  const schema = request.schema ?? null;
  const keys = request.prompts.map((alone, index): ReplyKey => {
    const prompt = plainPrompt(alone, request.contexts?.[index] ?? null);
    const nth = asked.get(prompt) ?? 0;
    asked.set(prompt, nth + 1);
    return { model, host, prompt, schema, nth };
  });
  return new Recall(cache, keys);
}

/** What a plain call is asked when its text came apart. */
export function plainPrompt(prompt: string, text: string | null): string {
  return text === null ? prompt : `${prompt}\n\n${text}`;
}
