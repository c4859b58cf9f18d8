/** What stands in the text for an object embedded in OpenDocument: an equation as LaTeX, a chart by its title. */

import type { DocumentBuilder } from '../document-builder';
import type { OdfObject } from './odf-file';

/** Finds the text of an object by the link to it; counts what is lost with each. */
export function objectText(
  objects: ReadonlyMap<string, OdfObject>,
  out: DocumentBuilder,
): (href: string) => string | null {
  return (href) => {
    const object = objects.get(href.replace(/^\.\//, '').replace(/\/$/, ''));
    if (object?.kind === 'equation') {
      out.lost('equations');
      return object.text === '' ? null : `$${object.text}$`;
    }
    out.lost(object?.kind === 'chart' ? 'charts' : 'embedded-files');
    return object?.kind === 'chart' && object.text !== '' ? `[${object.text}]` : null;
  };
}
