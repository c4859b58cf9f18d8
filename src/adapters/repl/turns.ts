/** The questions an interpreter has been through: what it takes to bring another one to the same place. */

import type { ContextPayload, ContextSource } from '../../core/corpus/context';
import type { ChatMessage } from '../../core/ports';
import type { FollowText, FoundRow, JobGoods } from '../../../workers/python/wire';

interface Turn {
  readonly source: ContextSource;
  /** The messages of the question before; null for the first one. */
  readonly history: readonly ChatMessage[] | null;
}

/** What a `follow` job is sent. */
export interface FollowJob {
  readonly text: string;
  readonly goods: JobGoods;
}

export class Turns {
  readonly #turns: Turn[] = [];
  readonly #payloads = new Map<ContextSource, Promise<ContextPayload>>();

  constructor(first: ContextSource) {
    this.#turns.push({ source: first, history: null });
  }

  get count(): number {
    return this.#turns.length;
  }

  add(source: ContextSource, history: readonly ChatMessage[]): void {
    this.#turns.push({ source, history });
  }

  /** The last question was not taken. */
  drop(): void {
    this.#turns.pop();
  }

  /** The first context; opened once, whatever becomes of interpreters. */
  async first(): Promise<{ readonly payload: ContextPayload; readonly name: string }> {
    const { source } = this.#at(0);
    return { payload: await this.#open(source), name: nameOf(source) };
  }

  /** How an interpreter that stands at the question before goes on to that one. @param number 1 or more */
  async follow(number: number): Promise<FollowJob> {
    const { source, history } = this.#at(number);
    const earlier = this.#turns.findIndex((turn) => isSame(turn.source, source));
    const same = earlier < number ? earlier : null;
    const text: FollowText = { number, name: nameOf(source), same, history: JSON.stringify(history ?? []) };
    return { text: JSON.stringify(text), goods: same === null ? { context: await this.#open(source) } : {} };
  }

  /** Asks the index of the context of that question. Null: there is none. */
  async find(
    number: number,
    query: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly FoundRow[] | null> {
    const source = this.#turns[number]?.source;
    if (!source?.find) return null;
    const indexes = new Map(source.documents.map(({ id }, index) => [id, index]));
    const places = await source.find(query, limit, signal);
    // What was added to the corpus since is no part of the context.
    return places.flatMap(({ documentId, start, end, score }): FoundRow[] => {
      const index = indexes.get(documentId);
      return index === undefined ? [] : [[index, start, end, score]];
    });
  }

  #at(number: number): Turn {
    const turn = this.#turns[number];
    if (!turn) throw new Error(`there is no question ${number}`);
    return turn;
  }

  #open(source: ContextSource): Promise<ContextPayload> {
    const payload = this.#payloads.get(source) ?? source.open();
    this.#payloads.set(source, payload);
    payload.catch(() => this.#payloads.delete(source)); // the next attempt opens it again
    return payload;
  }
}

function nameOf({ documents }: ContextSource): string {
  return documents[0]?.name ?? 'context';
}

/** The same documents by their ids, or the very same source: texts and JSON have no ids that mean anything. */
function isSame(one: ContextSource, other: ContextSource): boolean {
  if (one === other) return true;
  if (one.kind !== 'documents' || other.kind !== 'documents') return false;
  if (one.documents.length !== other.documents.length) return false;
  return one.documents.every(({ id, name, chars }, at) => {
    const twin = other.documents[at];
    return twin !== undefined && twin.id === id && twin.name === name && twin.chars === chars;
  });
}
