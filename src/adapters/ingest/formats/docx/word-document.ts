/** A Word document's parts besides its text: styles, numbering, notes, comments, and what charts and diagrams say. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { OfficePackage } from '../ooxml/office-package';
import { xmlPieces } from '../ooxml/xml-pieces';
import { paragraph, type Aside, type Block } from '../prose';
import { descendants, parseTree, type XmlElement } from '../xml';
import { Annotations, type AnnotationKind } from './annotations';
import { BlockReader, type Story } from './blocks';
import { ElementStream, wordAttribute } from './elements';
import { Numbering } from './numbering';
import { Styles } from './styles';

export class WordDocument {
  readonly styles = new Styles();
  readonly numbering = new Numbering();
  readonly #annotations = new Annotations();
  readonly #office: OfficePackage;
  readonly #out: DocumentBuilder;
  /** Text of diagrams by part and relationship. */
  readonly #objects = new Map<string, readonly Block[]>();
  readonly #endnotes: Aside[] = [];

  private constructor(office: OfficePackage, out: DocumentBuilder) {
    this.#office = office;
    this.#out = out;
  }

  static async open(office: OfficePackage, mainPart: string, out: DocumentBuilder): Promise<WordDocument> {
    const document = new WordDocument(office, out);
    const { styles, numbering } = document;
    const annotations = document.#annotations;
    await document.#readPart(mainPart, 'styles', 'styles', (element) => styles.add(element));
    await document.#readPart(mainPart, 'numbering', 'numbering', (element) => numbering.add(element));
    for (const kind of ['footnote', 'endnote', 'comment'] as const)
      await document.#readPart(mainPart, `${kind}s`, `${kind}s`, (element) => annotations.add(kind, element));
    return document;
  }

  /** How the text of a part is read. Notes and comments are found from it, but not from their own text. */
  async story(part: string): Promise<Story> {
    await this.#readDiagrams(part);
    return {
      styles: this.styles,
      numbering: this.numbering,
      lost: (what) => this.#out.lost(what),
      referenceTo: (kind, id) => this.#annotations.reference(kind, id),
      onTitle: (title) => this.#out.metadata({ title }),
      asideOf: ({ kind, id }) => {
        if (kind === 'object') return this.#diagram(part, id);
        const element = this.#annotations.take(kind, id);
        return element && this.#annotation(kind, element);
      },
    };
  }

  /** What the author put at the end: endnotes, and comments that lost what they were on. */
  takeRest(): Aside[] {
    const comments = this.#annotations
      .takeOtherComments()
      .map((element) => this.#annotationAside('comment', element));
    return [...this.#endnotes.splice(0), ...comments];
  }

  /** Runs through a part; a broken one is a loss where the document can be read without it. */
  async #readPart(
    from: string,
    type: string,
    container: string,
    take: (element: XmlElement) => void,
  ): Promise<void> {
    const part = await this.#office.relatedPart(from, type);
    const entry = part === null ? undefined : this.#office.find(part);
    if (!entry) return;
    const stream = new ElementStream(new Set([container]), take);
    try {
      for await (const piece of xmlPieces(this.#office.zip, entry)) stream.write(piece);
      stream.end();
    } catch (problem) {
      if (!(problem instanceof SondeError) || problem.code !== 'malformed') throw problem;
      this.#out.lost('unreadable-parts');
    }
  }

  #annotation(kind: AnnotationKind, element: XmlElement): Aside | null {
    const aside = this.#annotationAside(kind, element);
    if (kind !== 'endnote') return aside;
    this.#endnotes.push(aside);
    return null;
  }

  #annotationAside(kind: AnnotationKind, element: XmlElement): Aside {
    const id = wordAttribute(element, 'id') ?? '';
    const isComment = kind === 'comment';
    return {
      kind: isComment ? 'comment' : 'note',
      label: isComment ? (wordAttribute(element, 'author') ?? '').trim() : this.#annotations.number(kind, id),
      blocks: BlockReader.all(this.#storyOfNotes(), element.children).filter(hasContent),
    };
  }

  /** A comment on a footnote is found; a note in a note would lead in circles. */
  #storyOfNotes(): Story {
    return {
      styles: this.styles,
      numbering: this.numbering,
      lost: (what) => this.#out.lost(what),
      referenceTo: () => '',
      asideOf: ({ kind, id }) => {
        const element = kind === 'comment' ? this.#annotations.take(kind, id) : null;
        return element && this.#annotationAside('comment', element);
      },
      onTitle: () => undefined,
    };
  }

  async #readDiagrams(part: string): Promise<void> {
    for (const { id, type, target, isExternal } of await this.#office.related(part)) {
      if (type !== 'diagramData' || isExternal) continue;
      const markup = await this.#office.text(target);
      if (markup === null) continue;
      const lines = descendants(parseTree(markup), 'pt')
        .map(diagramText)
        .filter((text) => text !== '');
      this.#objects.set(
        `${part}/${id}`,
        lines.map((text) => paragraph(text, { isItem: true })),
      );
    }
  }

  #diagram(part: string, id: string): Aside | null {
    const blocks = this.#objects.get(`${part}/${id}`);
    return blocks ? { kind: 'box', label: '', blocks } : null;
  }
}

function hasContent(block: Block): boolean {
  return block.kind === 'table' || block.text.trim() !== '' || block.asides.length > 0;
}

/** One shape of a diagram. */
function diagramText(point: XmlElement): string {
  return descendants(point, 'p')
    .map((line) =>
      descendants(line, 't')
        .map(({ text }) => text)
        .join(''),
    )
    .join(' ')
    .trim();
}
