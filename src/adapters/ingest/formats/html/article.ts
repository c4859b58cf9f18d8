/** Finds the article in a page: a tree of its markup, and Mozilla's Readability. A bundle of its own, as it is large. */

import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom/worker';

export interface FoundArticle {
  /** Its markup. */
  readonly html: string;
  readonly title: string;
  readonly byline: string;
  /** As the page has it. */
  readonly publishedAt: string;
}

/** The tree of a page, built without running or fetching anything. What looks into it uses it up. */
export class PageTree {
  readonly #document: Document;

  constructor(markup: string) {
    this.#document = parseHTML(markup).document;
  }

  /** Null where Readability sees no article. */
  findArticle(): FoundArticle | null {
    // Without an outermost element there is no tree to look into.
    if ((this.#document.documentElement as Element | null) === null) return null;
    const found = this.#parsed();
    if (!found?.content) return null;
    return {
      html: found.content,
      title: found.title ?? '',
      byline: found.byline ?? '',
      publishedAt: found.publishedTime ?? '',
    };
  }

  #parsed(): ReturnType<Readability['parse']> {
    try {
      return new Readability(this.#document).parse();
    } catch (thrown) {
      // It stumbles over trees without a body and the like. The text of the page is read already.
      if (thrown instanceof TypeError) return null;
      throw thrown;
    }
  }
}
