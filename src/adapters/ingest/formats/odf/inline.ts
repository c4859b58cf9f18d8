/** A paragraph of OpenDocument as one text, and what is anchored in it. */

import type { LossKind } from '../../../../core/corpus/structure';
import { childNode, countOf, nodesOf, plainText, valueOf, type OdfNode } from './nodes';

export type OdfAnchor =
  | { readonly kind: 'box' | 'footnote' | 'endnote'; readonly node: OdfNode; readonly label: string }
  | { readonly kind: 'comment'; readonly node: OdfNode; readonly label: string };

export interface OdfSetting {
  lost(what: LossKind): void;
  /** What stands in the text for the next note. */
  nextNote(): number;
  /** An embedded object as text, or null where it has none. */
  objectText(href: string): string | null;
  isHiddenStyle(style: string | undefined): boolean;
}

const MAX_SPACES = 1000;
const SHAPES = new Set(
  'custom-shape rect ellipse circle line polyline polygon path connector caption measure g regular-polygon'.split(
    ' ',
  ),
);
const SILENT = new Set(
  'annotation-end bookmark bookmark-start bookmark-end reference-mark change change-start change-end soft-page-break'.split(
    ' ',
  ),
);

export class OdfInline {
  text = '';
  readonly anchors: OdfAnchor[] = [];
  readonly #setting: OdfSetting;
  /** White space at the beginning, or after more of it, counts for nothing. */
  #swallowsSpace = true;

  constructor(setting: OdfSetting) {
    this.#setting = setting;
  }

  read(node: OdfNode): void {
    for (const part of node.content) {
      if (typeof part === 'string') this.#words(part);
      else this.#node(part);
    }
  }

  #words(raw: string): void {
    const text = raw.replace(/[ \t\r\n]+/g, ' ');
    const added = this.#swallowsSpace ? text.replace(/^ /, '') : text;
    if (text !== '') this.#swallowsSpace = text.endsWith(' ');
    this.text += added;
  }

  #exactly(text: string): void {
    this.text += text;
    this.#swallowsSpace = false;
  }

  #node(node: OdfNode): void {
    if (SILENT.has(node.name)) return;
    if (SHAPES.has(node.name)) return this.#shape(node);
    switch (node.name) {
      case 's':
        return this.#exactly(' '.repeat(countOf(node, 'c', MAX_SPACES) ?? 1));
      case 'tab':
        return this.#exactly('\t');
      case 'line-break':
        this.#exactly('\n');
        this.#swallowsSpace = true;
        return;
      case 'note':
        return this.#note(node);
      case 'annotation':
        this.anchors.push({ kind: 'comment', node, label: plainText(childNode(node, 'creator')).trim() });
        return;
      case 'frame':
        return this.#frame(node);
      case 'ruby':
        return this.#ruby(node);
      case 'hidden-text':
        if (valueOf(node, 'is-hidden') === 'true') return;
        return this.read(node);
      case 'span':
        if (this.#setting.isHiddenStyle(valueOf(node, 'style-name'))) return;
        return this.read(node);
      default:
        return this.read(node);
    }
  }

  #note(node: OdfNode): void {
    const label = String(this.#setting.nextNote());
    this.#exactly(`[${label}]`);
    const body = childNode(node, 'note-body');
    if (body)
      this.anchors.push({
        kind: valueOf(node, 'note-class') === 'endnote' ? 'endnote' : 'footnote',
        node: body,
        label,
      });
  }

  #ruby(node: OdfNode): void {
    const base = childNode(node, 'ruby-base');
    if (base) this.read(base);
    const reading = plainText(childNode(node, 'ruby-text')).trim();
    if (reading !== '') this.#exactly(`(${reading})`);
  }

  /** A frame holds the same thing once or more, best first: an object before its picture. */
  #frame(frame: OdfNode): void {
    const said = alternativeText(frame);
    const shown = nodesOf(frame).find(({ name }) =>
      /^(?:text-box|object|object-ole|image|plugin|applet|table)$/.test(name),
    );
    const text = shown?.name === 'object' ? this.#setting.objectText(valueOf(shown, 'href') ?? '') : null;
    if (text !== null) this.#exactly(text);
    else if (said !== '') this.#exactly(/^\s?$/.test(this.text.slice(-1)) ? `[${said}]` : ` [${said}]`);
    if (shown?.name === 'text-box') this.anchors.push({ kind: 'box', node: shown, label: '' });
    else if (shown?.name === 'table')
      this.anchors.push({ kind: 'box', node: { ...frame, content: [shown] }, label: '' });
    else if (shown?.name === 'image') this.#setting.lost('images');
    else if (shown?.name === 'object-ole') this.#setting.lost('embedded-files');
    else if (shown?.name === 'plugin') this.#setting.lost('media');
  }

  #shape(shape: OdfNode): void {
    const said = alternativeText(shape);
    if (said !== '') this.#exactly(` [${said}]`);
    if (
      plainText({
        ...shape,
        content: nodesOf(shape).filter(({ name }) => !/^(?:title|desc)$/.test(name)),
      }).trim() === ''
    )
      this.#setting.lost('drawings');
    else this.anchors.push({ kind: 'box', node: shape, label: '' });
  }
}

export function alternativeText(node: OdfNode): string {
  const said = plainText(childNode(node, 'desc')).trim() || plainText(childNode(node, 'title')).trim();
  return said.replace(/\s+/g, ' ');
}
