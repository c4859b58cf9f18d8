/** What a chart says: its titles, and its values as they were when it was last drawn. */

import type { CellValue } from '../../../../core/corpus/structure';
import { descendants, type XmlElement } from '../xml';
import { paragraphsIn } from './slide-text';

export interface ChartText {
  readonly titles: readonly string[];
  /** The names of the series, then a row a category; empty where the values are not in the file. */
  readonly rows: readonly (readonly CellValue[])[];
}

const MAX_POINTS = 1000;
const MAX_SERIES = 100;

export function chartText(chart: XmlElement): ChartText {
  const titles = descendants(chart, 'title').flatMap(paragraphsIn);
  const series = descendants(chart, 'ser')
    .slice(0, MAX_SERIES)
    .map((one) => ({
      name: pointsOf(one, 'tx').join(' '),
      categories: pointsOf(one, 'cat', 'xVal'),
      values: pointsOf(one, 'val', 'yVal').map(numberOr),
    }));
  const categories = series.find((one) => one.categories.length > 0)?.categories ?? [];
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  if (length === 0) return { titles, rows: [] };
  const rows = Array.from({ length }, (_, at): CellValue[] => [
    categories[at] ?? null,
    ...series.map(({ values }) => values[at] ?? null),
  ]);
  return { titles, rows: [[null, ...series.map(({ name }) => name)], ...rows] };
}

/** Cached values in their places; a series may have gaps. */
function pointsOf(series: XmlElement, ...names: readonly string[]): string[] {
  const holder = series.children.find(({ name }) => names.includes(name));
  const points: string[] = [];
  for (const point of holder ? descendants(holder, 'pt') : []) {
    const index = Number(point.attributes['idx'] ?? points.length);
    if (Number.isInteger(index) && index >= 0 && index < MAX_POINTS)
      points[index] = point.children.find(({ name }) => name === 'v')?.text ?? '';
  }
  return Array.from(points, (value: string | undefined) => value ?? '');
}

function numberOr(text: string): CellValue {
  const number = Number(text);
  return text.trim() === '' ? null : Number.isFinite(number) ? number : text;
}
