/** The text of shapes: paragraphs with their line breaks, and the equations in them as one line. */

import { latexOf, plainMathOf } from '../docx/math';
import { descendants, type XmlElement } from '../xml';

/** Text of the paragraphs below an element; those without any are left out. */
export function paragraphsIn(element: XmlElement): string[] {
  return descendants(element, 'p')
    .map(paragraphText)
    .filter((text) => text.trim() !== '');
}

export function paragraphText(paragraph: XmlElement): string {
  return paragraph.children.map(pieceText).join('').trimEnd();
}

function pieceText(piece: XmlElement): string {
  switch (piece.name) {
    case 'br':
      return '\n';
    case 'tab':
      return '\t';
    case 'r':
    case 'fld':
      return piece.children
        .filter(({ name }) => name === 't')
        .map(({ text }) => text)
        .join('');
    case 'm':
      return descendants(piece, 'oMath').map(equationText).join('\n');
    case 'AlternateContent':
      return chosen(piece).map(pieceText).join('');
    default:
      return '';
  }
}

function equationText(equation: XmlElement): string {
  return plainMathOf(equation) ?? `$${latexOf(equation)}$`;
}

/** What counts of `mc:AlternateContent`: what newer programs show. */
export function chosen(alternatives: XmlElement): readonly XmlElement[] {
  const choice = alternatives.children.find(({ name, children }) => name === 'Choice' && children.length > 0);
  return (choice ?? alternatives.children.find(({ name }) => name === 'Fallback'))?.children ?? [];
}
