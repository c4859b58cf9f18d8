/** What a page says of itself in its head. */

import type { Metadata } from '../../../../core/corpus/structure';
import { isoOfWritten } from '../written-date';
import type { HtmlAttributes } from './html-stream';

type Said = 'title' | 'author' | 'subject' | 'createdAt' | 'modifiedAt' | 'language';

/** Names of `<meta>`, of the earlier the more is thought. */
const sources: Readonly<Record<Said, readonly string[]>> = {
  title: ['title', 'og:title', 'dc.title', 'dcterms.title', 'citation_title', 'twitter:title'],
  author: [
    'author',
    'article:author',
    'dc.creator',
    'dcterms.creator',
    'citation_author',
    'byl',
    'parsely-author',
  ],
  subject: ['description', 'og:description', 'dc.description', 'twitter:description'],
  createdAt: [
    'article:published_time',
    'datepublished',
    'og:published_time',
    'date',
    'dc.date',
    'dcterms.created',
    'dc.date.issued',
    'citation_publication_date',
    'citation_date',
    'pubdate',
    'publish-date',
    'parsely-pub-date',
  ],
  modifiedAt: [
    'article:modified_time',
    'datemodified',
    'og:updated_time',
    'dcterms.modified',
    'last-modified',
  ],
  language: ['html', 'content-language', 'dc.language', 'og:locale'],
};
const wanted = new Set(Object.values(sources).flat());
const MAX_UNITS = 2000;

export class PageMetadata {
  readonly #said = new Map<string, string>();

  /** The title of the page itself: `title` counts before all `<meta>`. */
  title(text: string): void {
    this.#keep('title', text);
  }

  /** Of the outermost element. */
  language(attributes: HtmlAttributes): void {
    this.#keep('html', attributes['lang'] ?? attributes['xml:lang'] ?? '');
  }

  meta(attributes: HtmlAttributes): void {
    const name = (attributes['property'] ?? attributes['name'] ?? attributes['itemprop'] ?? '').toLowerCase();
    if (name !== 'title' && name !== 'html' && wanted.has(name))
      this.#keep(name, attributes['content'] ?? '');
  }

  get found(): Metadata {
    const language = this.#first('language')[0]?.replace('_', '-');
    return defined({
      title: this.#first('title')[0],
      // What names an author may be the address of a profile.
      author: this.#first('author').find((text) => !/^https?:/i.test(text)),
      subject: this.#first('subject')[0],
      createdAt: this.#date('createdAt'),
      modifiedAt: this.#date('modifiedAt'),
      language:
        language !== undefined && /^[a-z]{2,3}(?:-[\w-]{1,30})?$/i.test(language) ? language : undefined,
    });
  }

  #date(what: Said): string | undefined {
    return this.#first(what)
      .map(isoOfWritten)
      .find((date) => date !== undefined);
  }

  #first(what: Said): string[] {
    return sources[what].flatMap((name) => this.#said.get(name) ?? []);
  }

  #keep(name: string, raw: string): void {
    const text = raw.slice(0, MAX_UNITS).replace(/\s+/g, ' ').trim();
    if (text !== '' && !this.#said.has(name)) this.#said.set(name, text);
  }
}

function defined(metadata: Record<Said, string | undefined>): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([, text]) => text !== undefined)) as Metadata;
}
