/** The numbers and bullets before paragraphs, counted as Word counts them: they are nowhere in the text itself. */

import { numeral } from '../numerals';
import type { XmlElement } from '../xml';
import { child, childValue, isOn, numberOf, wordAttribute } from './elements';

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2`: numbers of this level and of those above. */
  readonly pattern: string;
  readonly isLegal: boolean;
  /** Counts on unless a level above this one went up; undefined: any level above. */
  readonly restartsAfter: number | undefined;
  readonly styleId: string | undefined;
}

interface Abstract {
  readonly levels: readonly (Level | undefined)[];
  readonly linkedStyle: string | undefined;
}

interface Concrete {
  readonly abstractId: string;
  readonly overrides: ReadonlyMap<
    number,
    { readonly start: number | undefined; readonly level: Level | undefined }
  >;
}

const LEVELS = 9;
const MAX_PATTERN_CHARS = 100;

export class Numbering {
  readonly #abstracts = new Map<string, Abstract>();
  readonly #concretes = new Map<string, Concrete>();
  /** By abstract numbering: lists of one make share their count. */
  readonly #counts = new Map<string, (number | undefined)[]>();
  /** Numberings whose own start was taken already, level by level. */
  readonly #started = new Set<string>();

  /** Takes one child of `w:numbering`. */
  add(element: XmlElement): void {
    if (element.name === 'abstractNum') {
      const levels: (Level | undefined)[] = [];
      for (const one of element.children) if (one.name === 'lvl') levels[levelIndex(one)] = levelOf(one);
      this.#abstracts.set(wordAttribute(element, 'abstractNumId') ?? '', {
        levels,
        linkedStyle: childValue(element, 'numStyleLink'),
      });
    } else if (element.name === 'num') {
      const overrides = element.children.filter(({ name }) => name === 'lvlOverride');
      this.#concretes.set(wordAttribute(element, 'numId') ?? '', {
        abstractId: childValue(element, 'abstractNumId') ?? '',
        overrides: new Map(
          overrides.map((one) => {
            const level = child(one, 'lvl');
            const start = numberOf(childValue(one, 'startOverride'));
            return [levelIndex(one), { start, level: level && levelOf(level) }];
          }),
        ),
      });
    }
  }

  /** The level of a numbering that belongs to a style. */
  levelOfStyle(numberingId: string, styleIds: readonly string[]): number | undefined {
    const levels = this.#abstracts.get(this.#concretes.get(numberingId)?.abstractId ?? '')?.levels ?? [];
    const at = levels.findIndex((level) => level?.styleId !== undefined && styleIds.includes(level.styleId));
    return at < 0 ? undefined : at;
  }

  /**
   * What stands before the next paragraph of this numbering, with the space after it; null when there is no such
   * numbering. `numberingOfStyle` finds the numbering that a list style stands for.
   */
  next(
    numberingId: string,
    levelAt: number,
    numberingOfStyle: (styleId: string) => string | undefined,
  ): string | null {
    const concrete = this.#concretes.get(numberingId);
    if (!concrete) return null;
    const abstractId = this.#abstractId(concrete, numberingOfStyle);
    const at = Math.min(LEVELS - 1, Math.max(0, levelAt));
    const levelOfIndex = (index: number) =>
      concrete.overrides.get(index)?.level ?? this.#abstracts.get(abstractId)?.levels[index];
    const level = levelOfIndex(at);
    if (!level) return null;
    const counts = this.#counts.get(abstractId) ?? [];
    this.#counts.set(abstractId, counts);
    const key = `${numberingId}/${at}`;
    const ownStart = this.#started.has(key) ? undefined : concrete.overrides.get(at)?.start;
    this.#started.add(key);
    counts[at] = ownStart ?? (counts[at] === undefined ? level.start : counts[at] + 1);
    for (let below = at + 1; below < LEVELS; below++) {
      const after = levelOfIndex(below)?.restartsAfter;
      if (after === undefined || at < after) counts[below] = undefined;
    }
    // A blank bullet is how some programs write a second paragraph of an item.
    if (level.format === 'bullet') return level.pattern.trim() === '' ? '  ' : '- ';
    const text = level.pattern.replace(/%([1-9])/g, (_, digit: string) => {
      const index = Number(digit) - 1;
      const shown = levelOfIndex(index);
      const count = (counts[index] ??= shown?.start ?? 1);
      return numeral(count, level.isLegal ? 'decimal' : (shown?.format ?? 'decimal'));
    });
    // Where Word leaves no room at all, a space keeps number and word apart.
    return text === '' ? '' : `${text} `;
  }

  #abstractId(concrete: Concrete, numberingOfStyle: (styleId: string) => string | undefined): string {
    const style = this.#abstracts.get(concrete.abstractId)?.linkedStyle;
    const linked = style === undefined ? undefined : numberingOfStyle(style);
    // One step only: a style that leads on to another would lead in circles.
    return this.#concretes.get(linked ?? '')?.abstractId ?? concrete.abstractId;
  }
}

function levelIndex(element: XmlElement): number {
  return Math.min(LEVELS - 1, Math.max(0, numberOf(wordAttribute(element, 'ilvl')) ?? 0));
}

function levelOf(element: XmlElement): Level {
  return {
    start: numberOf(childValue(element, 'start')) ?? 0,
    format:
      childValue(element, 'numFmt') ??
      wordAttribute(
        child(
          child(element, 'AlternateContent')?.children.find(({ name }) => name === 'Choice'),
          'numFmt',
        ),
        'val',
      ) ??
      'decimal',
    pattern: (childValue(element, 'lvlText') ?? '').slice(0, MAX_PATTERN_CHARS),
    isLegal: isOn(element, 'isLgl') ?? false,
    restartsAfter: numberOf(childValue(element, 'lvlRestart')),
    styleId: childValue(element, 'pStyle'),
  };
}
