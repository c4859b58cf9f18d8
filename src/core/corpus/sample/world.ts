/** Tarn Voe, a harbour that never was: its people, ships, places and days, from 1921 to 1925. */

import { between, pick, type Random } from './random';

export interface Person {
  readonly name: string;
  readonly role: string;
  readonly address: string;
}

export const PEOPLE: readonly Person[] = [
  { name: 'Ingrid Salvesen', role: 'harbour master', address: 'The Harbour Office, Tarn Voe' },
  { name: 'Tobias Rennick', role: 'keeper of Hallow Light', address: 'Hallow Light' },
  { name: 'Marguerite Ames', role: 'botanist', address: 'on board the Anselma' },
  { name: 'Edmund Faraday Cole', role: 'captain of the Anselma', address: 'on board the Anselma' },
  { name: 'Jonas Tveit', role: 'pilot', address: 'Pilot Row 4, Tarn Voe' },
  { name: 'Hester Quill', role: 'schoolmistress', address: 'The Schoolhouse, Tarn Voe' },
  { name: 'Dr Alasdair Munro', role: 'physician', address: 'Kirk Brae, Tarn Voe' },
  { name: 'Wilhelmina Brandt', role: 'chandler', address: 'Brandt & Daughter, Quay Street' },
  { name: 'Peter Osei', role: 'wireless operator', address: 'on board the Anselma' },
  { name: 'Father Colm Devane', role: 'priest', address: 'The Presbytery, Tarn Voe' },
  { name: 'Rosalind Thackeray', role: 'secretary of the Society', address: '11 Marlow Square' },
  { name: 'Sigurd Lund', role: 'boatbuilder', address: 'Lund’s Yard, North Slip' },
  { name: 'Agnes Petrie', role: 'postmistress', address: 'The Post Office, Tarn Voe' },
  { name: 'Matteo Bruni', role: 'cook of the Anselma', address: 'on board the Anselma' },
];

export const SHIPS = [
  'Anselma',
  'Corrie Maid',
  'Fulmar',
  'Grace Darroch',
  'Hanna Lind',
  'Isbjørn',
  'Juniper',
  'Kittiwake',
  'Lady Orde',
  'Marten',
  'Nordstjernen',
  'Perseverance',
  'Saint Ronan',
  'Thistle',
  'Ursula Bell',
  'Wayfarer',
] as const;

export const PLACES = [
  'Hallow Head',
  'the North Slip',
  'Quay Street',
  'the Outer Skerries',
  'Gannet Stack',
  'the Sound of Quell',
  'the fish market',
  'Kirk Brae',
  'the bonded warehouse',
  'the coal hulk',
  'Lund’s Yard',
  'the pilot station',
  'Saltmarket Steps',
  'the old ropewalk',
  'Far Quell',
  'the ice house',
] as const;

export const GOODS = [
  'salt cod',
  'coal',
  'Baltic pine',
  'lamp oil',
  'barley meal',
  'herring in barrels',
  'slate',
  'wool in bales',
  'rope and twine',
  'tinned milk',
  'roof tar',
  'seed potatoes',
  'paraffin',
  'iron fittings',
  'sailcloth',
  'bottled medicines',
  'school books',
  'peat',
] as const;

export const PORTS = [
  'Leith',
  'Bergen',
  'Tromsø',
  'Aberdeen',
  'Hull',
  'Gothenburg',
  'Stavanger',
  'Lerwick',
  'Reykjavík',
  'Danzig',
  'Tórshavn',
  'Newcastle',
] as const;

const WINDS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;
const SKIES = [
  'clear',
  'overcast',
  'passing showers',
  'fog',
  'drizzle',
  'snow',
  'broken cloud',
  'squalls',
] as const;

export interface Weather {
  readonly wind: string;
  /** Beaufort. */
  readonly force: number;
  readonly sky: string;
  /** Degrees Celsius. */
  readonly temperature: number;
  /** Hectopascal. */
  readonly pressure: number;
}

/** Snow only in the cold half of the year. */
export function weatherOn(random: Random, date: Date): Weather {
  const season = Math.cos(((date.getUTCMonth() - 0.5) / 12) * 2 * Math.PI);
  const temperature = Math.round(7 - 6 * season + (random() - 0.5) * 6);
  let sky: string = pick(random, SKIES);
  if (sky === 'snow' && temperature > 3) sky = 'rain';
  const force = between(random, 0, season > 0 ? 10 : 7);
  return { wind: pick(random, WINDS), force, sky, temperature, pressure: between(random, 972, 1034) };
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** Midnight of a day of the years 1921 to 1925. */
export function someDay(random: Random): Date {
  return new Date(Date.UTC(1921, 0, 1 + between(random, 0, 5 * 365)));
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

/** `14 March 1922` */
export function longDate(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** `1922-03-14` */
export function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}
