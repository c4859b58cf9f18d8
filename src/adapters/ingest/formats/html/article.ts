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

/** Null where Readability sees no article. The tree is built without running or fetching anything. */
export function findArticle(markup: string): FoundArticle | null {
  const { document } = parseHTML(markup);
  // Without an outermost element there is no tree to look into.
  if ((document.documentElement as Element | null) === null) return null;
  const found = new Readability(document).parse();
  if (!found?.content) return null;
  return {
    html: found.content,
    title: found.title ?? '',
    byline: found.byline ?? '',
    publishedAt: found.publishedTime ?? '',
  };
}
