/** Formulas that no program has calculated yet have no value; their readers are told so. */

import type { DocumentBuilder } from '../document-builder';

export function warnOfFormulas(out: DocumentBuilder, count: number): void {
  if (count === 0) return;
  const some = count === 1 ? 'One formula has' : `${count.toLocaleString('en')} formulas have`;
  out.warn({
    code: 'malformed',
    message: `${some} no result in this file, as it was never calculated; the formula stands in its place.`,
    hint: 'Open the file in a spreadsheet program and save it there, and it will hold the results.',
  });
}
