/** The numbers and bullets of OpenDocument's lists and headings, counted as a word processor counts them. */

import { numeral } from '../numerals';
import { countOf, nodesOf, valueOf, type OdfNode } from './nodes';

interface Level {
  readonly kind: 'number' | 'bullet';
  readonly format: string;
  readonly prefix: string;
  readonly suffix: string;
  /** `%1%.%2%`: what newer programs write beside prefix and suffix. */
  readonly pattern: string | undefined;
  readonly shownLevels: number;
  readonly start: number;
}

type Counts = (number | undefined)[];

const MAX_LEVELS = 10;
const MAX_START = 1_000_000;
const MAX_AFFIX_CHARS = 50;
const FORMATS: Readonly<Record<string, string>> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '': 'none',
  '01, 02, 03, ...': 'decimalZero',
  '①, ②, ③, ...': 'decimalEnclosedCircle',
  '一, 二, 三, ...': 'chineseCounting',
};

/** One list, however deep: where it is and what it has counted. */
export interface ListState {
  readonly style: string;
  readonly counts: Counts;
}

export class OdfLists {
  readonly #styles = new Map<string, readonly (Level | undefined)[]>();
  #outline: readonly (Level | undefined)[] = [];
  readonly #outlineCounts: Counts = [];
  readonly #byId = new Map<string, Counts>();
  readonly #lastOfStyle = new Map<string, Counts>();

  /** Takes a `list-style` or `outline-style`. */
  add(node: OdfNode): void {
    const levels: (Level | undefined)[] = [];
    for (const level of nodesOf(node)) {
      const at = countOf(level, 'level', MAX_LEVELS);
      if (at !== undefined && at > 0) levels[at - 1] = levelOf(level);
    }
    if (node.name === 'outline-style') this.#outline = levels;
    else this.#styles.set(valueOf(node, 'name') ?? '', levels);
  }

  /** Begins an outermost list, or goes on with the one it says it continues. */
  open(node: OdfNode, style: string): ListState {
    const continued = valueOf(node, 'continue-list');
    const goesOn = valueOf(node, 'continue-numbering') === 'true';
    const counts: Counts =
      (continued === undefined ? undefined : this.#byId.get(continued)) ??
      (goesOn ? this.#lastOfStyle.get(style) : undefined) ??
      [];
    this.#byId.set(valueOf(node, 'id') ?? '', counts);
    this.#lastOfStyle.set(style, counts);
    return { style, counts };
  }

  /** What stands before the next item at a depth from 0, with the space after it. */
  next({ style, counts }: ListState, depth: number, start: number | undefined): string {
    return this.#next(this.#styles.get(style) ?? [], counts, depth, start) ?? '- ';
  }

  /** The number of a heading, where headings are numbered. `level` is from 1. */
  nextHeading(level: number): string {
    return this.#next(this.#outline, this.#outlineCounts, level - 1, undefined) ?? '';
  }

  #next(
    levels: readonly (Level | undefined)[],
    counts: Counts,
    depth: number,
    start?: number,
  ): string | null {
    const at = Math.min(MAX_LEVELS - 1, depth);
    const level = levels[at];
    counts[at] = start ?? (counts[at] === undefined ? (level?.start ?? 1) : counts[at] + 1);
    counts.length = at + 1;
    if (!level) return null;
    if (level.kind === 'bullet') return '- ';
    const shown = (index: number) => {
      const one = levels[index];
      return one?.kind === 'number' ? numeral((counts[index] ??= one.start), one.format) : '';
    };
    const number =
      level.pattern?.replace(/%(\d+)%/g, (_, digits: string) => shown(Number(digits) - 1)) ??
      level.prefix +
        numbers(at, level.shownLevels)
          .map(shown)
          .filter((text) => text !== '')
          .join('.') +
        level.suffix;
    return /[\p{L}\p{N}]/u.test(number) ? `${number.trim()} ` : '';
  }
}

/** The last `count` indices up to `at`. */
function numbers(at: number, count: number): number[] {
  const first = Math.max(0, at + 1 - count);
  return Array.from({ length: at + 1 - first }, (_, index) => first + index);
}

function levelOf(node: OdfNode): Level {
  const affix = (name: string) => (valueOf(node, name) ?? '').slice(0, MAX_AFFIX_CHARS);
  const pattern = valueOf(node, 'num-list-format')?.slice(0, MAX_AFFIX_CHARS);
  const isNumber = /number|outline/.test(node.name);
  return {
    kind: isNumber ? 'number' : 'bullet',
    format: FORMATS[valueOf(node, 'num-format') ?? ''] ?? 'decimal',
    prefix: affix('num-prefix'),
    suffix: affix('num-suffix'),
    pattern: pattern === '' ? undefined : pattern,
    shownLevels: Math.max(1, countOf(node, 'display-levels', MAX_LEVELS) ?? 1),
    start: countOf(node, 'start-value', MAX_START) ?? 1,
  };
}
