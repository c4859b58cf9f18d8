/** What a chart says: its titles, and its values as lines of a table, as they were when it was last drawn. */

import { descendants, type XmlElement } from '../xml';
import { paragraphsIn } from './shapes';

const MAX_POINTS = 1000;

export function chartLines(chart: XmlElement): string[] {
  const titles = descendants(chart, 'title').flatMap(paragraphsIn);
  const series = descendants(chart, 'ser').map((one) => ({
    name: valuesOf(one, 'tx').join(' '),
    categories: valuesOf(one, 'cat'),
    values: valuesOf(one, 'val'),
  }));
  const categories = series.find((one) => one.categories.length > 0)?.categories ?? [];
  const length = Math.max(categories.length, ...series.map(({ values }) => values.length));
  if (series.length === 0 || length === 0) return titles;
  const rows = Array.from({ length: Math.min(length, MAX_POINTS) }, (_, i) =>
    [categories[i] ?? '', ...series.map(({ values }) => values[i] ?? '')].join('\t'),
  );
  return [...titles, ['', ...series.map(({ name }) => name)].join('\t'), ...rows];
}

/** Cached values by their index; a series may have gaps. */
function valuesOf(series: XmlElement, name: string): string[] {
  const holder = series.children.find((child) => child.name === name);
  const values: string[] = [];
  for (const point of holder ? descendants(holder, 'pt') : []) {
    const index = Number(point.attributes['idx'] ?? values.length);
    if (Number.isInteger(index) && index >= 0 && index < MAX_POINTS)
      values[index] = descendants(point, 'v')[0]?.text ?? '';
  }
  return Array.from(values, (value: string | undefined) => value ?? '');
}
