/**
 * The text of HTML as a reader has it, with its headings, tables and lists, written to a document while the markup
 * comes in: a page of any size will do. What is in books, mails and office files as HTML is read by this too.
 */

import type { Metadata } from '../../../../core/corpus/structure';
import type { DocumentBuilder } from '../document-builder';
import { HtmlStream } from './html-stream';
import { PageWriter, type PageOptions } from './page-writer';
import { TableProbe, type HtmlEvent } from './table-probe';

export interface HtmlOptions extends PageOptions {
  /** Whether title, author and the like are of the document itself: not of a chapter or a mail. True unless said. */
  readonly setsMetadata?: boolean;
  /** XHTML: any element may close itself. */
  readonly isXml?: boolean;
}

export class HtmlDocument {
  readonly #out: DocumentBuilder;
  readonly #setsMetadata: boolean;
  readonly #page: PageWriter;
  readonly #stream: HtmlStream;
  /** A table that is looked at before it is written. */
  #probe: TableProbe | null = null;

  constructor(out: DocumentBuilder, options: HtmlOptions = {}) {
    this.#out = out;
    this.#setsMetadata = options.setsMetadata ?? true;
    this.#page = new PageWriter(out, options);
    this.#stream = new HtmlStream(
      {
        open: (name, attributes) => this.#take({ kind: 'open', name, attributes }),
        text: (text) => this.#take({ kind: 'text', text }),
        close: (name) => this.#take({ kind: 'close', name }),
      },
      options.isXml,
    );
  }

  /** What the page says of itself. Complete after the end. */
  get found(): Metadata {
    return this.#page.metadata.found;
  }

  /** The heading that came first, or null. */
  get firstHeading(): string | null {
    return this.#page.firstHeading;
  }

  /** How much of a tree the page is, for what would build one. */
  get tree(): { readonly elements: number; readonly depth: number } {
    return { elements: this.#stream.elementCount, depth: this.#stream.deepest };
  }

  /** Takes markup in pieces, cut anywhere. @throws SondeError `malformed` when it is nested beyond all reason. */
  write(markup: string): void {
    this.#stream.write(markup);
  }

  end(): void {
    this.#stream.end();
    this.#settleProbe();
    this.#page.end();
    if (this.#setsMetadata) this.#out.metadata(this.found);
  }

  #take(event: HtmlEvent): void {
    const isTable = event.kind === 'open' && event.name === 'table';
    if (this.#probe) {
      if (isTable) this.#probe.foundTable();
      else this.#probe.push(event);
      if (!this.#probe.isDecided) return;
      this.#settleProbe();
      if (!isTable) return;
    }
    if (isTable && this.#page.isShowing && !this.#page.isInDataTable) {
      this.#probe = new TableProbe();
      this.#probe.push(event);
    } else this.#write(event);
  }

  /** Writes what the probe has seen, as the table it turned out to be. */
  #settleProbe(): void {
    const probe = this.#probe;
    if (!probe) return;
    this.#probe = null;
    this.#page.openTable(probe.look());
    for (const event of probe.events.slice(1)) this.#write(event);
  }

  #write(event: HtmlEvent): void {
    if (event.kind === 'open') this.#page.open(event.name, event.attributes);
    else if (event.kind === 'text') this.#page.text(event.text);
    else this.#page.close(event.name);
  }
}
