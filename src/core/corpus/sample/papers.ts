/** Letters, minutes and newspapers: prose, set as its writers would set it. */

import { Prose, between, pick, wrap, type Random } from './random';
import { PEOPLE, PLACES, SHIPS, addDays, isoDate, longDate, someDay, type Person } from './world';

export interface PaperOptions {
  readonly random: Random;
  readonly prose: Prose;
  /** 1-based number of the document in its series. */
  readonly number: number;
  /** A passage that must stand in the document, or null. */
  readonly passage: string | null;
}

const SUBJECTS = ['weather', 'harbour', 'town', 'voyage', 'heart'] as const;

/** Paragraphs of mixed subjects, the passage somewhere in the middle of one of them. */
function body(options: PaperOptions, subjects: readonly string[], count: number): string[] {
  const { random, passage } = options;
  const hiding = between(random, 1, Math.max(1, count - 2));
  return Array.from({ length: count }, (_, i) => {
    const subject = i === 0 ? 'weather' : pick(random, subjects);
    const text = told(options, subject, between(random, 3, 6));
    return i === hiding && passage ? `${text} ${passage} ${told(options, subject, 1)}` : text;
  });
}

/** As one tells a friend: with a turn of phrase before or after a good many sentences. */
function told({ random, prose }: PaperOptions, subject: string, sentences: number): string {
  return Array.from({ length: sentences }, () => {
    const plain = prose.fill(`<${subject}>`);
    const opened = subject !== 'heart' && random() < 0.35 ? `${prose.fill('<opener>')} ${plain}` : plain;
    const whole = random() < 0.3 ? `${opened}${prose.fill('<tail>')}` : opened;
    return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}.`;
  }).join(' ');
}

export function letter(options: PaperOptions): string {
  const { random, prose } = options;
  const from: Person = pick(random, PEOPLE);
  const to = pick(
    random,
    PEOPLE.filter((person) => person !== from),
  );
  const date = someDay(random);
  const first = to.name.split(' ').at(-2) === 'Dr' ? to.name : (to.name.split(' ')[0] ?? to.name);
  const paragraphs = body(options, SUBJECTS, between(random, 5, 10));
  const close = pick(random, [
    'Ever yours,',
    'Your old friend,',
    'In haste, and with love,',
    'Yours faithfully,',
    'Believe me yours,',
  ]);
  const postscript =
    random() < 0.4
      ? [wrap(`P.S. ${prose.paragraph(pick(random, ['heart', 'harbour', 'town']), 1)}`, 72)]
      : [];
  return (
    [
      `${from.address}\n${longDate(date)}`,
      `${pick(random, ['Dear', 'My dear'])} ${first},`,
      ...paragraphs.map((text) => wrap(text, 72)),
      `${close}\n${from.name}`,
      ...postscript,
    ].join('\n\n') + '\n'
  );
}

export function minutes(options: PaperOptions): string {
  const { random, prose, number, passage } = options;
  const date = someDay(random);
  const present = PEOPLE.filter(() => random() < 0.5).map(({ name }) => name);
  const items = between(random, 8, 15);
  const hiding = between(random, 2, items - 1);
  const headings = [
    'Dues',
    'Moorings',
    'Lights',
    'Works',
    'Correspondence',
    'Claims',
    'Staff',
    'Other business',
  ];
  const sections = Array.from({ length: items }, (_, i) => {
    const text = prose.paragraph('business', between(random, 2, 5));
    const whole = i === hiding && passage ? `${text} ${passage}` : text;
    return `${i + 1}. ${pick(random, headings)}\n\n${wrap(whole, 78)}`;
  });
  return (
    [
      `TARN VOE HARBOUR BOARD\nMinutes of the ${number}${ordinal(number)} meeting, held on ${longDate(date)}`,
      `Present: ${present.join(', ')}.`,
      ...sections,
      `The board rose at ${between(random, 8, 11)} o’clock. Next meeting ${longDate(addDays(date, 28))}.`,
    ].join('\n\n') + '\n'
  );
}

function ordinal(number: number): string {
  const tens = number % 100;
  if (tens > 10 && tens < 14) return 'th';
  return ['th', 'st', 'nd', 'rd'][number % 10] ?? 'th';
}

export function newspaper(options: PaperOptions): string {
  const { random, prose, number, passage } = options;
  const date = someDay(random);
  const stories = between(random, 7, 11);
  const hiding = between(random, 1, stories - 1);
  const articles = Array.from({ length: stories }, (_, i) => {
    const subject = pick(random, ['press', 'harbour', 'town', 'weather'] as const);
    const headline = pick(random, [
      `NEWS FROM ${pick(random, PLACES).toUpperCase()}`,
      `THE ${pick(random, SHIPS).toUpperCase()} AGAIN`,
      'FROM OUR READERS',
      'SHIPPING INTELLIGENCE',
      'THE WEEK IN BRIEF',
      'HERE AND THERE',
    ]);
    const text = prose.paragraph(subject, between(random, 3, 7));
    return `${headline}\n\n${wrap(i === hiding && passage ? `${text} ${passage}` : text, 46)}`;
  });
  return (
    [`THE TARN VOE COURIER\nNo. ${1400 + number * 7}. ${longDate(date)}. Price one penny.`, ...articles].join(
      '\n\n* * *\n\n',
    ) + '\n'
  );
}

/** Telegrams as JSON lines. */
export function telegrams({ random, prose, number }: PaperOptions): string {
  let date = someDay(random);
  return (
    Array.from({ length: between(random, 40, 70) }, (_, i) => {
      date = addDays(date, between(random, 0, 2));
      const [from, to] = [pick(random, PEOPLE).name, pick(random, PEOPLE).name];
      const text = prose.sentence(pick(random, SUBJECTS)).toUpperCase();
      return JSON.stringify({
        id: number * 1000 + i,
        date: isoDate(date),
        from,
        to,
        words: text.split(' ').length,
        text,
      });
    }).join('\n') + '\n'
  );
}
