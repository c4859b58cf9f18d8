/** Which cell styles show their numbers as dates. */

import { attribute, parseXml } from '../xml';
import { PLAIN, builtInFormat, formatOf, type NumberFormat } from './number-format';

/** The number format of each style that cells name by number. */
export function numberFormats(markup: string): readonly NumberFormat[] {
  const custom = new Map<number, NumberFormat>();
  const ids: number[] = [];
  let inCells = false;
  parseXml(markup, {
    open(name, attributes) {
      if (name === 'cellXfs') inCells = true;
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') custom.set(id, formatOf(attribute(attributes, 'formatCode') ?? ''));
      else if (name === 'xf' && inCells) ids.push(id);
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return ids.map((id) => custom.get(id) ?? builtInFormat(id));
}

export function formatAt(formats: readonly NumberFormat[], style: string | undefined): NumberFormat {
  return style === undefined ? (formats[0] ?? PLAIN) : (formats[Number(style)] ?? PLAIN);
}
