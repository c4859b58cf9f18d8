/** Figures and the table they are shown in. */

export interface Row {
  readonly name: string;
  readonly measured: number;
  readonly unit: 'ms' | 'KB' | 'MB';
  /** Null: told for comparison, with no floor of its own. */
  readonly floor:
    | { readonly most: number }
    /** At most `factor` times `reference`, measured in the same run in the same unit. */
    | { readonly reference: number; readonly factor: number }
    | null;
  readonly note?: string;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function cells({ name, measured, unit, floor, note = '' }: Row): string[] {
  const show = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
  if (!floor) return [name, show(measured), '', '', '', note];
  const most = limitOf(floor);
  const ratio = 'factor' in floor ? (measured / floor.reference).toFixed(2) : (measured / most).toFixed(2);
  const allowed = 'factor' in floor ? `≤ ${floor.factor} × ${show(floor.reference)}` : `≤ ${show(most)}`;
  return [name, show(measured), allowed, ratio, holds({ measured, floor }) ? 'yes' : 'NO', note];
}

function limitOf(floor: NonNullable<Row['floor']>): number {
  return 'factor' in floor ? floor.factor * floor.reference : floor.most;
}

function holds({ measured, floor }: Pick<Row, 'measured' | 'floor'>): boolean {
  return floor === null || measured <= limitOf(floor); // NaN never does
}

/** Prints the table. @returns whether every floor holds */
export function print(rows: readonly Row[]): boolean {
  const table = [['name', 'measured', 'floor', 'ratio', 'ok', ''], ...rows.map(cells)];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    );
  return rows.every(holds);
}
