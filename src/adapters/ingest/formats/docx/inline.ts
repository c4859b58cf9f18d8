/** A paragraph of WordprocessingML as one text, and what is anchored in it. Text that was deleted or hidden stays out. */

import type { LossKind } from '../../../../core/corpus/structure';
import type { XmlElement } from '../xml';
import { child, childValue, isOn, numberOf, wordAttribute } from './elements';
import { alternative, graphicOf } from './graphics';
import { latexOf, plainMathOf } from './math';
import { symbolChar } from './symbols';

export type Anchor =
  | { readonly kind: 'box'; readonly elements: readonly XmlElement[] }
  | { readonly kind: 'object' | 'footnote' | 'endnote' | 'comment'; readonly id: string };

/** What a paragraph cannot know by itself. */
export interface InlineSetting {
  lost(what: LossKind): void;
  /** What stands in the text for a note. */
  referenceTo(kind: 'footnote' | 'endnote', id: string): string;
  isHiddenStyle(styleId: string | undefined): boolean;
  /** Fields that are open: they reach across paragraphs. Of each, whether its instruction or its result is being read. */
  readonly fields: ('instruction' | 'result')[];
}

const TRANSPARENT = new Set([
  'hyperlink',
  'smartTag',
  'customXml',
  'sdtContent',
  'sdt',
  'ins',
  'moveTo',
  'fldSimple',
  'bdo',
  'dir',
  'rubyBase',
]);

export class Inline {
  text = '';
  readonly anchors: Anchor[] = [];
  readonly #setting: InlineSetting;

  constructor(setting: InlineSetting) {
    this.#setting = setting;
  }

  /** Takes the children of a paragraph, or of whatever holds runs. */
  read(elements: readonly XmlElement[]): void {
    for (const element of elements) this.#readOne(element);
  }

  #readOne(element: XmlElement): void {
    if (TRANSPARENT.has(element.name)) return this.read(element.children);
    switch (element.name) {
      case 'r':
        return this.#readRun(element);
      case 'AlternateContent':
        return this.read(alternative(element));
      case 'oMathPara':
        for (const equation of element.children.filter(({ name }) => name === 'oMath'))
          this.#equation(equation, true);
        return;
      case 'oMath':
        return this.#equation(element, false);
      case 'drawing':
      case 'pict':
      case 'object':
        return this.#graphic(element);
    }
  }

  #readRun(run: XmlElement): void {
    const properties = child(run, 'rPr');
    const isHidden =
      isOn(properties, 'vanish') ?? this.#setting.isHiddenStyle(childValue(properties, 'rStyle'));
    for (const element of run.children) {
      if (element.name === 'fldChar') this.#field(element);
      else if (!isHidden && !this.#setting.fields.includes('instruction')) this.#readInRun(element);
    }
  }

  #readInRun(element: XmlElement): void {
    switch (element.name) {
      case 't':
        this.text += element.text;
        return;
      case 'tab':
      case 'ptab':
        this.text += '\t';
        return;
      case 'br':
      case 'cr':
        this.text += '\n';
        return;
      case 'noBreakHyphen':
        this.text += '\u2011';
        return;
      case 'sym':
        this.text += symbolOf(element);
        return;
      case 'footnoteReference':
      case 'endnoteReference':
        return this.#note(
          element.name === 'footnoteReference' ? 'footnote' : 'endnote',
          wordAttribute(element, 'id'),
        );
      case 'commentReference':
        this.anchors.push({ kind: 'comment', id: wordAttribute(element, 'id') ?? '' });
        return;
      case 'ruby':
        this.#ruby(element);
        return;
      case 'contentPart':
        return this.#setting.lost('drawings'); // ink
      default:
        return this.#readOne(element);
    }
  }

  #note(kind: 'footnote' | 'endnote', id = ''): void {
    this.text += this.#setting.referenceTo(kind, id);
    this.anchors.push({ kind, id });
  }

  /** How characters are read is written above them; in a line it stands in brackets behind. */
  #ruby(element: XmlElement): void {
    this.read(child(element, 'rubyBase')?.children ?? []);
    const before = this.text;
    this.text = '';
    this.read(child(element, 'rt')?.children ?? []);
    this.text = this.text === '' ? before : `${before}(${this.text})`;
  }

  #equation(equation: XmlElement, isDisplayed: boolean): void {
    this.#setting.lost('equations');
    const plain = isDisplayed ? null : plainMathOf(equation);
    if (plain !== null) this.text += plain;
    else if (isDisplayed) this.text += `${this.text === '' ? '' : '\n'}$$${latexOf(equation)}$$`;
    else this.text += `$${latexOf(equation)}$`;
  }

  #graphic(element: XmlElement): void {
    const { text, boxes, objects, losses } = graphicOf(element);
    losses.forEach((what) => this.#setting.lost(what));
    this.text += text === '' || /^\s?$/.test(this.text.slice(-1)) ? text : ` ${text}`;
    this.anchors.push(
      ...boxes.map((elements): Anchor => ({ kind: 'box', elements })),
      ...objects.map((id): Anchor => ({ kind: 'object', id })),
    );
  }

  #field(element: XmlElement): void {
    const { fields } = this.#setting;
    const what = wordAttribute(element, 'fldCharType');
    if (what === 'begin') {
      this.text += formFieldOf(child(element, 'ffData'));
      fields.push('instruction');
    } else if (what === 'separate' && fields.length > 0) fields[fields.length - 1] = 'result';
    else if (what === 'end') fields.pop();
  }
}

/** A box that is ticked or not, a choice that was made; what was typed is the field's result. */
function formFieldOf(data: XmlElement | undefined): string {
  const box = child(data, 'checkBox');
  if (box) return (isOn(box, 'checked') ?? isOn(box, 'default') ?? false) ? '☒' : '☐';
  const list = child(data, 'ddList');
  if (!list) return '';
  const entries = list.children.filter(({ name }) => name === 'listEntry');
  const chosen = numberOf(childValue(list, 'result')) ?? numberOf(childValue(list, 'default')) ?? 0;
  return wordAttribute(entries[chosen], 'val') ?? '';
}

function symbolOf(element: XmlElement): string {
  const code = Number.parseInt(wordAttribute(element, 'char') ?? '', 16);
  return Number.isFinite(code) ? symbolChar(wordAttribute(element, 'font') ?? '', code) : '';
}
