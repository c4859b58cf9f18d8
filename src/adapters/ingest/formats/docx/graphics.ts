/** Pictures, shapes, charts and objects in a run: what of them is text, what they point at, and what is lost. */

import type { LossKind } from '../../../../core/corpus/structure';
import { attribute, type XmlElement } from '../xml';
import { child } from './elements';

export interface Graphic {
  /** What stands in the line for it: alternative texts, lettering. */
  readonly text: string;
  /** The contents of text boxes. */
  readonly boxes: readonly (readonly XmlElement[])[];
  /** Relationships of charts and diagrams. */
  readonly objects: readonly string[];
  readonly losses: readonly LossKind[];
}

/** `drawing`, `pict` or `object`. Of alternatives for older programs, the one for newer ones counts. */
export function graphicOf(element: XmlElement): Graphic {
  const found = {
    texts: new Set<string>(),
    boxes: [] as XmlElement[][],
    objects: [] as string[],
    losses: [] as LossKind[],
  };
  const visit = (at: XmlElement): void => {
    if (attribute(at.attributes, 'hidden') === '1') return;
    switch (at.name) {
      case 'AlternateContent':
        alternative(at).forEach(visit);
        return;
      case 'txbxContent':
        found.boxes.push([...at.children]);
        return;
      case 'pic':
      case 'imagedata':
        found.losses.push('images');
        break;
      case 'chart':
        found.losses.push('charts');
        found.objects.push(attribute(at.attributes, 'id') ?? '');
        break;
      case 'relIds':
        found.losses.push('drawings');
        found.objects.push(attribute(at.attributes, 'dm') ?? '');
        break;
    }
    const text = lettering(at);
    if (text !== '') found.texts.add(text);
    at.children.forEach(visit);
  };
  visit(element);
  if (element.name === 'object') found.losses = lostObject(element);
  else if (isShape(element) && found.losses.length + found.boxes.length + found.texts.size === 0)
    found.losses.push('drawings');
  return { ...found, text: [...found.texts].join(' ') };
}

/** The elements that count of `mc:AlternateContent`. */
export function alternative(element: XmlElement): readonly XmlElement[] {
  const choice = element.children.find(({ name, children }) => name === 'Choice' && children.length > 0);
  return (choice ?? child(element, 'Fallback'))?.children ?? [];
}

function lettering({ name, attributes }: XmlElement): string {
  const said =
    name === 'docPr'
      ? (attribute(attributes, 'descr') ?? attribute(attributes, 'title'))
      : name === 'textpath'
        ? attribute(attributes, 'string')
        : /^(?:shape|rect|group|roundrect|oval)$/.test(name)
          ? attribute(attributes, 'alt')
          : undefined;
  const text = said?.replace(/\s+/g, ' ').trim() ?? '';
  if (text === '' || name === 'textpath') return text;
  return `[${text}]`;
}

/** An embedded file is counted where its part is read; an equation of the old editor is only here. */
function lostObject(element: XmlElement): LossKind[] {
  const ole = child(element, 'OLEObject');
  return /^(?:Equation|MathType)/.test(attribute(ole?.attributes ?? {}, 'ProgID') ?? '') ? ['equations'] : [];
}

/** A rule across the page is no drawing, nor is the definition of a shape. */
function isShape(element: XmlElement): boolean {
  if (element.name === 'drawing') return true;
  return element.children.some(
    ({ name, attributes }) => name !== 'shapetype' && attribute(attributes, 'hr') === undefined,
  );
}
