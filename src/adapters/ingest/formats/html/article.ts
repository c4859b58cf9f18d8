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

/**
 * Readability asks every element for all of its text. In a page whose elements were never closed that is the whole page
 * again at each depth; beyond so many nodes looked at it would take many seconds. Pages as people write them stay below
 * a million.
 */
const MOST_NODES_LOOKED_AT = 5_000_000;

/** The tree of a page, built without running or fetching anything. What looks into it uses it up. */
export class PageTree {
  readonly #document: Document;

  constructor(markup: string) {
    this.#document = parseHTML(markup).document;
  }

  /** Null where Readability sees no article, or would look for one too long. */
  findArticle(): FoundArticle | null {
    // Without an outermost element there is no tree to look into.
    if ((this.#document.documentElement as Element | null) === null) return null;
    if (nodesLookedAt(this.#document.documentElement) > MOST_NODES_LOOKED_AT) return null;
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

/** How many nodes are gone through when every element is asked for its text: each as often as it lies deep. */
function nodesLookedAt(root: Node): number {
  let sum = 0;
  let depth = 0;
  for (let node: Node | null = root; node && depth >= 0;) {
    sum += depth;
    if (node.firstChild) {
      node = node.firstChild;
      depth++;
      continue;
    }
    while (node && !node.nextSibling) {
      node = node.parentNode;
      depth--;
    }
    node = node?.nextSibling ?? null;
  }
  return sum;
}
