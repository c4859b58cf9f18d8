/** Paragraphs, lists and tables of OpenDocument as the blocks that are written to a document. */

import type { LossKind } from '../../../../core/corpus/structure';
import { paragraph, type Aside, type Block, type Cell, type ProseTable } from '../prose';
import { OdfInline, type OdfAnchor } from './inline';
import { OdfLists, type ListState } from './lists';
import { countOf, nodesOf, valueOf, type OdfNode } from './nodes';

interface ParagraphStyle {
  readonly parent: string | undefined;
  readonly listStyle: string | undefined;
  readonly outlineLevel: number | undefined;
  readonly isHidden: boolean;
}

interface ItemPlace {
  readonly list: ListState;
  readonly depth: number;
  /** What stands before its first paragraph, once. */
  number: string | null;
  readonly start: number | undefined;
}

const CONTAINERS = new Set(
  (
    'section index-title index-body table-of-content alphabetical-index bibliography illustration-index table-index ' +
    'object-index user-index numbered-paragraph text-box note-body g annotation page'
  ).split(' '),
);
const LOOSE = new Set(
  'frame custom-shape rect ellipse circle line polyline polygon path connector caption'.split(' '),
);
const BLOCKS = new Set(['p', 'h', 'list', 'table', 'sub-table', ...CONTAINERS, ...LOOSE]);
const MAX_CHAIN = 30;
const MAX_SPAN = 64;

/** Whether an element is one of a body's; all else in a file is about it. */
export function isBlock(name: string): boolean {
  return BLOCKS.has(name);
}

export class OdfBlocks {
  readonly lists = new OdfLists();
  /** Written at the end of the document. */
  readonly endnotes: Aside[] = [];
  readonly #styles = new Map<string, ParagraphStyle>();
  readonly #lost: (what: LossKind) => void;
  readonly #objectText: (href: string) => string | null;
  #notes = 0;

  constructor(lost: (what: LossKind) => void, objectText: (href: string) => string | null) {
    this.#lost = lost;
    this.#objectText = objectText;
  }

  /** Takes a style of any kind. */
  addStyle(node: OdfNode): void {
    if (node.name === 'list-style' || node.name === 'outline-style') return this.lists.add(node);
    if (node.name !== 'style') return;
    const properties = nodesOf(node).find(({ name }) => name === 'text-properties');
    this.#styles.set(`${valueOf(node, 'family') ?? ''}/${valueOf(node, 'name') ?? ''}`, {
      parent: valueOf(node, 'parent-style-name'),
      listStyle: valueOf(node, 'list-style-name'),
      outlineLevel: countOf(node, 'default-outline-level', 10),
      isHidden: properties !== undefined && /^none$/.test(properties.attributes['text:display'] ?? ''),
    });
  }

  read(node: OdfNode, item: ItemPlace | null = null): Block[] {
    if (CONTAINERS.has(node.name)) {
      if (valueOf(node, 'display') === 'none') return [];
      return nodesOf(node).flatMap((one) => this.read(one, item));
    }
    switch (node.name) {
      case 'h':
        return [this.#heading(node, item)];
      case 'p':
        return [this.#paragraph(node, item)];
      case 'list':
        return this.#list(node, item);
      case 'table':
        return [this.#table(node)];
      case 'sub-table':
        return [this.#table(node)];
      default:
        return this.#loose(node);
    }
  }

  /** A frame or shape that is on a page, not in a paragraph. */
  #loose(node: OdfNode): Block[] {
    if (!LOOSE.has(node.name)) return [];
    const inline = this.#inline();
    inline.read({ name: 'p', attributes: {}, content: [node] });
    return this.#withAsides(inline.text, inline.anchors, {});
  }

  /** The paragraphs in a shape are its children. */
  #contentOf(node: OdfNode): Block[] {
    return nodesOf(node).flatMap((one) => this.read(one));
  }

  #heading(node: OdfNode, item: ItemPlace | null): Block {
    const level = Math.max(1, countOf(node, 'outline-level', 9) ?? 1);
    const inline = this.#read(node);
    const isListed = item !== null && item.number === null;
    const number = isListed
      ? this.#takeNumber(item)
      : item || isUnnumbered(node)
        ? ''
        : this.lists.nextHeading(level);
    return paragraph(inline.text.trim() === '' ? '' : number + inline.text.trimStart(), {
      level,
      asides: this.#asides(inline.anchors),
    });
  }

  #paragraph(node: OdfNode, item: ItemPlace | null): Block {
    const style = valueOf(node, 'style-name');
    const inline = this.#isHidden('paragraph', style) ? this.#inline() : this.#read(node);
    const asides = this.#asides(inline.anchors);
    const level = item ? undefined : this.#ofStyle(style, ({ outlineLevel }) => outlineLevel);
    if (level !== undefined && level > 0) return paragraph(inline.text, { level, asides });
    if (!item) return paragraph(inline.text, { asides });
    const isFirst = item.number === null;
    const number = isFirst ? this.#takeNumber(item) : '';
    if (inline.text.trim() === '') return paragraph('', { asides });
    const indent = '  '.repeat(Math.min(8, item.depth));
    return paragraph(`${indent}${isFirst ? number : '  '}${inline.text.trimStart()}`, {
      isItem: true,
      asides,
    });
  }

  #takeNumber(item: ItemPlace): string {
    item.number = this.lists.next(item.list, item.depth, item.start);
    return item.number;
  }

  #list(node: OdfNode, within: ItemPlace | null): Block[] {
    const own = valueOf(node, 'style-name');
    const style = own ?? within?.list.style ?? this.#listStyleOfFirst(node) ?? '';
    const list = within ? { style, counts: within.list.counts } : this.lists.open(node, style);
    const depth = within ? within.depth + 1 : 0;
    return nodesOf(node).flatMap((one) => {
      if (one.name !== 'list-item' && one.name !== 'list-header') return [];
      const number = one.name === 'list-header' ? '' : null;
      const item: ItemPlace = { list, depth, number, start: countOf(one, 'start-value', 1_000_000) };
      return nodesOf(one).flatMap((part) => this.read(part, item));
    });
  }

  /** A list without a style has that of its paragraphs. */
  #listStyleOfFirst(list: OdfNode): string | undefined {
    const first = nodesOf(list)
      .flatMap(nodesOf)
      .find(({ name }) => name === 'p' || name === 'h');
    return this.#ofStyle(valueOf(first, 'style-name'), ({ listStyle }) =>
      listStyle === '' ? undefined : listStyle,
    );
  }

  #table(node: OdfNode): ProseTable {
    const rows: Cell[][] = [];
    let header = false;
    const visit = (at: OdfNode): void => {
      for (const part of nodesOf(at)) {
        if (part.name === 'table-row') {
          rows.push(this.#row(part)); // repeated rows are for spreadsheets: no text document has them
        } else if (/^table-(?:header-rows|rows|row-group)$/.test(part.name)) {
          header ||= part.name === 'table-header-rows';
          visit(part);
        }
      }
    };
    visit(node);
    return { kind: 'table', rows, header: header || rows.length > 1 };
  }

  #row(node: OdfNode): Cell[] {
    const cells = nodesOf(node).filter(({ name }) => name === 'table-cell' || name === 'covered-table-cell');
    // Covered cells are written out, so a wide cell is one wide here.
    return cells.flatMap((cell) => {
      const blocks = cell.name === 'table-cell' ? this.#contentOf(cell) : [];
      const times = Math.max(1, countOf(cell, 'number-columns-repeated', MAX_SPAN) ?? 1);
      return new Array<Cell>(times).fill({ blocks, span: 1 });
    });
  }

  #read(node: OdfNode): OdfInline {
    const inline = this.#inline();
    inline.read(node);
    return inline;
  }

  #inline(): OdfInline {
    return new OdfInline({
      lost: this.#lost,
      nextNote: () => ++this.#notes,
      objectText: this.#objectText,
      isHiddenStyle: (style) => this.#isHidden('text', style),
    });
  }

  #isHidden(family: string, style: string | undefined): boolean {
    return style !== undefined && (this.#styles.get(`${family}/${style}`)?.isHidden ?? false);
  }

  #withAsides(text: string, anchors: readonly OdfAnchor[], more: { isItem?: boolean }): Block[] {
    const asides = this.#asides(anchors);
    return text.trim() === '' && asides.length === 0 ? [] : [paragraph(text, { ...more, asides })];
  }

  #asides(anchors: readonly OdfAnchor[]): Aside[] {
    return anchors.flatMap(({ kind, node, label }): Aside[] => {
      const blocks = this.#contentOf(node);
      if (kind === 'box' || kind === 'comment') return [{ kind, label, blocks }];
      const note: Aside = { kind: 'note', label, blocks };
      if (kind === 'footnote') return [note];
      this.endnotes.push(note);
      return [];
    });
  }

  #ofStyle<T>(style: string | undefined, of: (style: ParagraphStyle) => T | undefined): T | undefined {
    let name = style;
    for (let step = 0; name !== undefined && step < MAX_CHAIN; step++) {
      const found = this.#styles.get(`paragraph/${name}`);
      if (!found) return undefined;
      const value = of(found);
      if (value !== undefined) return value;
      name = found.parent;
    }
    return undefined;
  }
}

function isUnnumbered(heading: OdfNode): boolean {
  return valueOf(heading, 'is-list-header') === 'true';
}
