/** MathML as LaTeX, by way of Office's equations: both are trees of fractions, scripts and roots. */

import { latexOf } from '../docx/math';
import type { XmlElement } from '../xml';
import { nodesOf, plainText, type OdfNode } from './nodes';

/** LaTeX of a `math` element, without dollar signs. */
export function latexOfMathml(math: OdfNode): string {
  return latexOf(element('oMath', nodesOf(math).map(converted)));
}

/** What each child of a MathML element is to Office's. */
const PARTS: Readonly<Record<string, readonly [name: string, ...parts: string[]]>> = {
  mfrac: ['f', 'num', 'den'],
  msup: ['sSup', 'e', 'sup'],
  msub: ['sSub', 'e', 'sub'],
  msubsup: ['sSubSup', 'e', 'sub', 'sup'],
  munder: ['sSub', 'e', 'sub'],
  mover: ['sSup', 'e', 'sup'],
  munderover: ['sSubSup', 'e', 'sub', 'sup'],
  mroot: ['rad', 'e', 'deg'],
};

function converted(node: OdfNode): XmlElement {
  const children = nodesOf(node);
  const known = PARTS[node.name];
  if (known) {
    const [name, ...parts] = known;
    return element(
      name,
      parts.map((part, at) => element(part, children[at] ? [converted(children[at])] : [])),
    );
  }
  switch (node.name) {
    case 'mi':
    case 'mn':
    case 'mo':
      return element('r', [element('t', [], plainText(node).trim())]);
    case 'mtext':
      return element('r', [element('rPr', [element('nor', [])]), element('t', [], plainText(node).trim())]);
    case 'msqrt':
      return element('rad', [element('e', children.map(converted))]);
    case 'mtable':
      return element(
        'm',
        children.map((row) =>
          element(
            'mr',
            nodesOf(row).map((cell) => element('e', nodesOf(cell).map(converted))),
          ),
        ),
      );
    case 'annotation':
    case 'annotation-xml':
      return element('none', []);
    default:
      return element('box', children.map(converted));
  }
}

function element(name: string, children: readonly XmlElement[], text = ''): XmlElement {
  return { name, attributes: {}, children, text };
}
