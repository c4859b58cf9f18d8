/**
 * Pages of a document as pictures, drawn when they come into view: a few at a time, the last asked for first, and no
 * more kept than can be seen soon again.
 */

import type { Library, PageImage } from '../../core/corpus/library';
import { isAbort, toProblem, type Problem } from '../../core/errors';

export interface ShownPage {
  readonly url: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rects: PageImage['rects'];
  /** What it was drawn for; another width or highlight asks for it anew. */
  readonly key: string;
}

type Span = { readonly start: number; readonly end: number } | null;

interface Wish {
  readonly number: number;
  readonly widthPx: number;
  readonly span: Span;
  readonly key: string;
  readonly controller: AbortController;
}

/** Pages are drawn by one worker: more at once would only wait there, where they cannot be overtaken. */
const AT_ONCE = 2;
const KEPT = 12;

export class PageImages {
  readonly #library: Pick<Library, 'page'>;
  readonly #documentId: string;
  #pages: Readonly<Record<number, ShownPage>> = $state.raw({});
  #problems: Readonly<Record<number, Problem>> = $state.raw({});
  /** In the order they were last looked at. */
  #recent: readonly number[] = [];
  #wishes: readonly Wish[] = [];
  #underWay: readonly Wish[] = [];
  #closed = false;

  constructor(library: Pick<Library, 'page'>, documentId: string) {
    this.#library = library;
    this.#documentId = documentId;
  }

  page(number: number): ShownPage | null {
    return this.#pages[number] ?? null;
  }
  problem(number: number): Problem | null {
    return this.#problems[number] ?? null;
  }
  /** How many pictures are held now. */
  get held(): number {
    return Object.keys(this.#pages).length;
  }

  /** Asks for a page as it is to be seen. @returns to be called when it is no longer in view */
  want(number: number, widthPx: number, span: Span): () => void {
    const key = `${String(widthPx)}:${span ? `${String(span.start)}-${String(span.end)}` : ''}`;
    this.#recent = [...this.#recent.filter((other) => other !== number), number];
    if (this.#pages[number]?.key === key) return () => undefined;
    const wish: Wish = { number, widthPx, span, key, controller: new AbortController() };
    this.#wishes = [...this.#wishes, wish];
    this.#next();
    // What is being drawn is drawn to its end: breaking off costs the worker that has the file open.
    return () => {
      this.#wishes = this.#wishes.filter((other) => other !== wish);
    };
  }

  /** Lets go of every picture. */
  close(): void {
    this.#closed = true;
    for (const { controller } of [...this.#wishes, ...this.#underWay]) controller.abort();
    this.#wishes = [];
    for (const { url } of Object.values(this.#pages)) URL.revokeObjectURL(url);
    this.#pages = {};
  }

  #next(): void {
    const wish = this.#wishes.at(-1);
    if (this.#closed || !wish || this.#underWay.length >= AT_ONCE) return;
    this.#wishes = this.#wishes.slice(0, -1);
    this.#underWay = [...this.#underWay, wish];
    void this.#draw(wish).finally(() => {
      this.#underWay = this.#underWay.filter((other) => other !== wish);
      this.#next();
    });
    this.#next();
  }

  async #draw({ number, widthPx, span, key, controller }: Wish): Promise<void> {
    const { signal } = controller;
    try {
      const drawn = await this.#library.page(this.#documentId, { number, widthPx, span }, signal);
      if (this.#closed) return;
      const { image, rects } = drawn;
      const url = URL.createObjectURL(image);
      this.#replace(number, { url, widthPx: drawn.widthPx, heightPx: drawn.heightPx, rects, key });
      this.#problems = Object.fromEntries(
        Object.entries(this.#problems).filter(([other]) => Number(other) !== number),
      );
    } catch (thrown) {
      if (isAbort(thrown) || signal.aborted) return;
      this.#problems = { ...this.#problems, [number]: toProblem(thrown) };
    }
  }

  #replace(number: number, page: ShownPage): void {
    const next: Record<number, ShownPage> = { ...this.#pages };
    const dropped = next[number] ? [next[number]] : [];
    next[number] = page;
    for (const old of this.#recent.slice(0, -KEPT)) {
      const far = next[old];
      if (far) dropped.push(far);
      delete next[old]; // eslint-disable-line @typescript-eslint/no-dynamic-delete -- a copy, keyed by number
    }
    this.#recent = this.#recent.slice(-KEPT);
    this.#pages = next;
    // What is on the screen has been decoded; the element that shows it gets another address with this change.
    for (const { url } of dropped) URL.revokeObjectURL(url);
  }
}
