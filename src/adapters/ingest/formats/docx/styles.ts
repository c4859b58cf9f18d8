/** What the styles of a Word document say of text: which are headings, which are numbered, which are hidden. */

import type { XmlElement } from '../xml';
import { child, childValue, isOn, numberOf, wordAttribute } from './elements';

export interface NumberingOf {
  readonly numberingId: string | undefined;
  readonly level: number | undefined;
}

interface Style {
  readonly name: string;
  readonly basedOn: string | undefined;
  readonly outlineLevel: number | undefined;
  readonly numbering: NumberingOf;
  readonly isHidden: boolean | undefined;
}

/** Word itself always names its styles in English; other programs name them in the language of their user. */
const HEADING =
  /^(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|заголовок|címsor|başlık|επικεφαλίδα|見出し|标题|標題|제목|antraštė|virsraksts|titlu|naslov|заглавие)\s*([1-9])$/iu;
const MAX_CHAIN = 50;
const BODY_TEXT = 9;

export class Styles {
  readonly #styles = new Map<string, Style>();
  #defaultParagraph: string | undefined;

  /** Takes one `w:style`. */
  add(element: XmlElement): void {
    const id = wordAttribute(element, 'styleId');
    if (element.name !== 'style' || id === undefined) return;
    const paragraph = child(element, 'pPr');
    this.#styles.set(id, {
      name: childValue(element, 'name') ?? id,
      basedOn: childValue(element, 'basedOn'),
      outlineLevel: numberOf(childValue(paragraph, 'outlineLvl')),
      numbering: numberingOf(paragraph),
      isHidden: isOn(child(element, 'rPr'), 'vanish'),
    });
    if (
      wordAttribute(element, 'type') === 'paragraph' &&
      /^(?:1|true|on)$/.test(wordAttribute(element, 'default') ?? '')
    )
      this.#defaultParagraph = id;
  }

  isTitle(styleId: string | undefined): boolean {
    return /^title$/i.test(this.#styles.get(styleId ?? '')?.name ?? styleId ?? '');
  }

  /** 1 for the outermost headings, null for what is none. `outlineLevel` is what the paragraph says of itself, from 0. */
  headingLevel(styleId: string | undefined, outlineLevel: number | undefined): number | null {
    const said =
      outlineLevel ?? this.#first(styleId, (style) => style.outlineLevel ?? levelInName(style.name));
    if (said !== undefined) return said >= 0 && said < BODY_TEXT ? said + 1 : null;
    const inId = styleId !== undefined && !this.#styles.has(styleId) ? levelInName(styleId) : undefined;
    return inId === undefined ? null : inId + 1;
  }

  /** The numbering that a style brings with it. A level that is not said is the one that names the style as its own. */
  numbering(styleId: string | undefined): NumberingOf & { readonly styleIds: readonly string[] } {
    const chain = [...this.#chain(styleId)];
    return {
      numberingId: this.#first(styleId, ({ numbering }) => numbering.numberingId),
      level: this.#first(styleId, ({ numbering }) => numbering.level),
      styleIds: chain.map(([id]) => id),
    };
  }

  isHidden(styleId: string | undefined): boolean {
    return this.#first(styleId, (style) => style.isHidden) ?? false;
  }

  #first<T>(styleId: string | undefined, of: (style: Style) => T | undefined): T | undefined {
    for (const [, style] of this.#chain(styleId)) {
      const found = of(style);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A style and those it is based on. Broken files base them on each other. */
  *#chain(styleId: string | undefined): Generator<readonly [string, Style]> {
    let id = styleId ?? this.#defaultParagraph;
    for (let step = 0; id !== undefined && step < MAX_CHAIN; step++) {
      const style = this.#styles.get(id);
      if (!style) return;
      yield [id, style];
      id = style.basedOn;
    }
  }
}

export function numberingOf(paragraphProperties: XmlElement | undefined): NumberingOf {
  const said = child(paragraphProperties, 'numPr');
  return { numberingId: childValue(said, 'numId'), level: numberOf(childValue(said, 'ilvl')) };
}

function levelInName(name: string): number | undefined {
  const digit = HEADING.exec(name.trim())?.[1];
  return digit === undefined ? undefined : Number(digit) - 1;
}
