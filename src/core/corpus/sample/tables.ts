/** Ledgers, records and ship's logs: documents with columns and fields. */

import { between, pick, wrap } from './random';
import type { PaperOptions } from './papers';
import { GOODS, PEOPLE, PLACES, PORTS, SHIPS, addDays, isoDate, longDate, someDay, weatherOn } from './world';

/** CSV of dues, stores or catches; every third has CRLF line ends and a field that needs its quotes. */
export function ledger({ random, number }: PaperOptions): string {
  const kinds = [
    ['date', 'ship', 'from', 'tons', 'cargo', 'berth', 'dues_shillings', 'paid'],
    ['date', 'item', 'quantity', 'unit', 'supplier', 'price_pence', 'shelf'],
    ['date', 'boat', 'ground', 'cran', 'buyer', 'price_per_cran'],
  ] as const;
  const kind = number % kinds.length;
  let date = someDay(random);
  const rows = Array.from({ length: between(random, 60, 130) }, () => {
    date = addDays(date, between(random, 0, 3));
    return ledgerRow(kind, isoDate(date), random);
  });
  const all = [(kinds[kind] ?? kinds[0]).join(','), ...rows.map((row) => row.map(quoted).join(','))];
  return all.join(number % 3 === 0 ? '\r\n' : '\n') + '\n';
}

function ledgerRow(kind: number, date: string, random: PaperOptions['random']): (string | number)[] {
  const ship = pick(random, SHIPS);
  const who = pick(random, PEOPLE).name;
  if (kind === 0) {
    const tons = between(random, 18, 640);
    const paid = random() < 0.85 ? 'yes' : '';
    return [
      date,
      ship,
      pick(random, PORTS),
      tons,
      pick(random, GOODS),
      pick(random, PLACES),
      Math.ceil(tons / 7),
      paid,
    ];
  }
  if (kind === 1) {
    const unit = pick(random, ['barrel', 'fathom', 'pound', 'sheet', 'gallon', 'gross', 'bundle']);
    const shelf = `${pick(random, ['A', 'B', 'C', 'D'])}${between(random, 1, 12)}`;
    return [
      date,
      `${pick(random, GOODS)}, ${pick(random, ['best', 'second', 'mixed'])}`,
      between(random, 1, 48),
      unit,
      who,
      between(random, 6, 900),
      shelf,
    ];
  }
  return [
    date,
    ship,
    pick(random, PLACES),
    between(random, 2, 90),
    who,
    `${between(random, 18, 44)}s ${between(random, 0, 11)}d`,
  ];
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** JSON of a cargo manifest or of a crew list. */
export function record({ random, prose, number }: PaperOptions): string {
  const date = someDay(random);
  const ship = pick(random, SHIPS);
  const head = {
    record: number,
    ship,
    date: isoDate(date),
    port: pick(random, PORTS),
    clerk: pick(random, PEOPLE).name,
  };
  const body =
    number % 2 === 0
      ? {
          kind: 'manifest',
          cargo: Array.from({ length: between(random, 14, 30) }, (_, i) => ({
            lot: i + 1,
            goods: pick(random, GOODS),
            packages: between(random, 1, 240),
            weightKg: between(random, 20, 9000),
            consignee: pick(random, PEOPLE).name,
            damaged: random() < 0.06,
          })),
        }
      : {
          kind: 'crew list',
          crew: Array.from({ length: between(random, 9, 22) }, () => ({
            rating: pick(random, ['able seaman', 'boy', 'mate', 'cook', 'stoker', 'carpenter', 'boatswain']),
            born: between(random, 1858, 1908),
            home: pick(random, PORTS),
            wageShillings: between(random, 20, 180),
            signsWithMark: random() < 0.2,
          })),
        };
  return JSON.stringify({ ...head, ...body, remarks: `${prose.sentence('harbour')}.` }, null, 2) + '\n';
}

/** A page of the Anselma's log for eight to twelve days: readings every four hours, then remarks. */
export function shipsLog({ random, prose, number, passage }: PaperOptions): string {
  const days = between(random, 8, 12);
  const hiding = between(random, 1, days - 1);
  let date = someDay(random);
  const pages = Array.from({ length: days }, (_, i) => {
    date = addDays(date, 1);
    const readings = [0, 4, 8, 12, 16, 20].map((hour) => {
      const { wind, force, sky, temperature, pressure } = weatherOn(random, date);
      const columns = [
        String(hour).padStart(2, '0') + '00',
        wind.padEnd(2),
        `F${force}`.padEnd(3),
        `${pressure}`.padStart(4),
        `${temperature}°`.padStart(4),
        sky,
      ];
      return columns.join('  ');
    });
    const remarks = prose.paragraph('voyage', between(random, 2, 4));
    const all = i === hiding && passage ? `${remarks} ${passage}` : remarks;
    return `${longDate(date)}\n\n${readings.join('\n')}\n\nRemarks: ${wrap(all, 76)}`;
  });
  return [`LOG OF THE SURVEY SHIP ANSELMA, volume ${number}`, ...pages].join('\n\n') + '\n';
}
