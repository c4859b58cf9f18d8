/** Paragraphs and tables of WordprocessingML as the blocks that are written to a document. */

import type { LossKind } from '../../../../core/corpus/structure';
import { paragraph, type Aside, type Block, type Cell, type ProseTable } from '../prose';
import type { XmlElement } from '../xml';
import { child, childValue, isOn, numberOf, wordAttribute } from './elements';
import { alternative } from './graphics';
import { Inline, type Anchor, type InlineSetting } from './inline';
import type { Numbering } from './numbering';
import { numberingOf, type Styles } from './styles';

/** What the text of one part is read with. */
export interface Story {
  readonly styles: Styles;
  readonly numbering: Numbering;
  lost(what: LossKind): void;
  /** What is written at an anchor, or null when it is not written here. */
  asideOf(anchor: Exclude<Anchor, { kind: 'box' }>): Aside | null;
  referenceTo(kind: 'footnote' | 'endnote', id: string): string;
  onTitle(text: string): void;
}

const CONTAINERS = new Set(['sdt', 'sdtContent', 'customXml', 'ins', 'moveTo', 'smartTag']);
const TICKED = /^(?:1|true|on)$/;
const FIRST_ROW_BIT = 0x20;

/** Reads block after block: the mark at the end of a deleted paragraph joins it with the next. */
export class BlockReader {
  readonly #story: Story;
  readonly #fields: InlineSetting['fields'] = [];
  #carried: Inline | null = null;

  constructor(story: Story) {
    this.#story = story;
  }

  /** The blocks of a finished list of elements. */
  static all(story: Story, elements: readonly XmlElement[]): Block[] {
    const reader = new BlockReader(story);
    return [...elements.flatMap((element) => reader.read(element)), ...reader.end()];
  }

  read(element: XmlElement): Block[] {
    if (CONTAINERS.has(element.name)) return element.children.flatMap((one) => this.read(one));
    switch (element.name) {
      case 'p':
        return this.#paragraph(element);
      case 'tbl':
        return [...this.end(), this.#table(element)];
      case 'AlternateContent':
        return alternative(element).flatMap((one) => this.read(one));
      case 'oMathPara':
      case 'oMath':
        return this.#paragraph({ name: 'p', attributes: {}, children: [element], text: '' });
      default:
        return [];
    }
  }

  end(): Block[] {
    const carried = this.#carried;
    this.#carried = null;
    return carried ? [paragraph(carried.text, { asides: this.#asides(carried.anchors) })] : [];
  }

  #paragraph(element: XmlElement): Block[] {
    const properties = child(element, 'pPr');
    const inline = this.#carried ?? this.#inline();
    this.#carried = null;
    inline.read(element.children);
    // An instruction that goes on beyond its paragraph would hide all that follows a field without an end.
    for (let at = this.#fields.length - 1; this.#fields[at] === 'instruction'; at--) this.#fields.pop();
    const mark = child(properties, 'rPr');
    if (child(mark, 'del') ?? child(mark, 'moveFrom')) {
      this.#carried = inline;
      return [];
    }
    const styleId = childValue(properties, 'pStyle');
    const number = this.#number(properties, styleId);
    const level = this.#story.styles.headingLevel(styleId, numberOf(childValue(properties, 'outlineLvl')));
    if (level === null && this.#story.styles.isTitle(styleId)) this.#story.onTitle(inline.text);
    const text = inline.text.trim() === '' ? '' : this.#numbered(inline.text, number, level);
    return [
      paragraph(text, {
        level,
        isItem: number !== null && level === null,
        asides: this.#asides(inline.anchors),
      }),
    ];
  }

  #inline(): Inline {
    const { styles } = this.#story;
    return new Inline({
      lost: (what) => this.#story.lost(what),
      referenceTo: (kind, id) => this.#story.referenceTo(kind, id),
      isHiddenStyle: (styleId) => styleId !== undefined && styles.isHidden(styleId),
      fields: this.#fields,
    });
  }

  #number(
    properties: XmlElement | undefined,
    styleId: string | undefined,
  ): { text: string; level: number } | null {
    const { styles, numbering } = this.#story;
    const own = numberingOf(properties);
    const ofStyle = styles.numbering(styleId);
    const id = own.numberingId ?? ofStyle.numberingId;
    if (id === undefined || id === '0') return null;
    const level = own.level ?? ofStyle.level ?? numbering.levelOfStyle(id, ofStyle.styleIds) ?? 0;
    const text = numbering.next(id, level, (style) => styles.numbering(style).numberingId);
    return text === null || text === '' ? null : { text, level };
  }

  #numbered(text: string, number: { text: string; level: number } | null, heading: number | null): string {
    if (!number) return text;
    const indent = heading === null ? '  '.repeat(Math.min(8, Math.max(0, number.level))) : '';
    return indent + number.text + text.trimStart();
  }

  #asides(anchors: readonly Anchor[]): Aside[] {
    return anchors.flatMap((anchor) => {
      if (anchor.kind === 'box')
        return [{ kind: 'box' as const, label: '', blocks: BlockReader.all(this.#story, anchor.elements) }];
      return this.#story.asideOf(anchor) ?? [];
    });
  }

  #table(element: XmlElement): ProseTable {
    const rows = unwrapped(element.children, 'tr').filter((row) => !child(child(row, 'trPr'), 'del'));
    const repeats = isOn(child(rows[0], 'trPr'), 'tblHeader') ?? false;
    return {
      kind: 'table',
      rows: rows.map((row) => this.#row(row)),
      header: repeats || hasHeader(child(child(element, 'tblPr'), 'tblLook')),
    };
  }

  #row(row: XmlElement): Cell[] {
    const properties = child(row, 'trPr');
    const skipped = (name: string): Cell[] => {
      const span = numberOf(childValue(properties, name)) ?? 0;
      return span > 0 ? [{ blocks: [], span }] : [];
    };
    const cells = unwrapped(row.children, 'tc').map((cell): Cell => {
      const own = child(cell, 'tcPr');
      const span = numberOf(childValue(own, 'gridSpan')) ?? 1;
      return { span, blocks: isCovered(own) ? [] : BlockReader.all(this.#story, cell.children) };
    });
    return [...skipped('gridBefore'), ...cells, ...skipped('gridAfter')];
  }
}

/** Children of this name, also those wrapped in controls or insertions. */
function unwrapped(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.flatMap((element) => {
    if (element.name === name) return [element];
    return CONTAINERS.has(element.name) ? unwrapped(element.children, name) : [];
  });
}

/** Part of a cell that begins above or to the left, or deleted. */
function isCovered(properties: XmlElement | undefined): boolean {
  if (child(properties, 'cellDel')) return true;
  return ['vMerge', 'hMerge'].some((name) => {
    const merge = child(properties, name);
    return merge !== undefined && wordAttribute(merge, 'val') !== 'restart';
  });
}

function hasHeader(look: XmlElement | undefined): boolean {
  if (!look) return true;
  const said = wordAttribute(look, 'firstRow');
  if (said !== undefined) return TICKED.test(said);
  return (Number.parseInt(wordAttribute(look, 'val') ?? 'ffff', 16) & FIRST_ROW_BIT) !== 0;
}
