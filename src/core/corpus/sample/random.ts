/** Chance that comes out the same for the same seed, and sentences made of it. */

export type Random = () => number;

/** Numbers in [0, 1), by the mulberry32 recurrence. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number in [low, high]. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** @throws RangeError for an empty list. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Deals every item once before any comes again, each round in another order: chance alone repeats itself too soon. */
export class Deck<T> {
  readonly #random: Random;
  readonly #items: readonly T[];
  #left: T[] = [];

  constructor(random: Random, items: readonly T[]) {
    this.#random = random;
    this.#items = items;
  }

  deal(): T {
    if (this.#left.length === 0) this.#left = [...this.#items];
    const [item] = this.#left.splice(Math.floor(this.#random() * this.#left.length), 1);
    if (item === undefined) throw new RangeError('an empty deck');
    return item;
  }
}

/** One line, one item. */
export function lines(block: string): string[] {
  return block
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** Fills sentences: `<rule>` is dealt from the rule's deck, `{a|b}` is one of the two, down to any depth. */
export class Prose {
  readonly #random: Random;
  readonly #decks = new Map<string, Deck<string>>();

  constructor(random: Random, rules: Readonly<Record<string, readonly string[]>>) {
    this.#random = random;
    for (const [name, items] of Object.entries(rules)) this.#decks.set(name, new Deck(random, items));
  }

  /** `values` come before the rules of the same name. */
  fill(template: string, values: Readonly<Record<string, string>> = {}): string {
    const chosen = template.replace(/\{([^{}]*)\}/g, (_, options: string) =>
      pick(this.#random, options.split('|')),
    );
    return chosen.replace(/<(\w+)>/g, (whole, name: string) => {
      const value = values[name] ?? this.#decks.get(name)?.deal();
      return value === undefined ? whole : this.fill(value, values);
    });
  }

  /** A sentence of the rule, with a capital and without its full stop. */
  sentence(rule: string, values?: Readonly<Record<string, string>>): string {
    const text = this.fill(`<${rule}>`, values);
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  /** As many sentences of the rule, each with its full stop. */
  paragraph(rule: string, sentences: number, values?: Readonly<Record<string, string>>): string {
    return Array.from({ length: sentences }, () => `${this.sentence(rule, values)}.`).join(' ');
  }
}

/** Breaks a paragraph into lines, as a typist would. */
export function wrap(text: string, width: number): string {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      out.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') out.push(line);
  return out.join('\n');
}
