/** What OpenDocument writes into a cell: its value by its type, and its text as paragraphs. */

import type { CellValue } from '../../../../core/corpus/structure';
import { attribute } from '../xml';

type Attributes = Readonly<Record<string, string>>;

/** The value that a cell says it has; undefined when it says none, or one that its paragraphs hold. */
export function saidValue(attributes: Attributes): CellValue | undefined {
  const type = attributes['office:value-type'] ?? attribute(attributes, 'value-type');
  if (type === undefined || attributes['calcext:value-type'] === 'error') return undefined;
  if (type === 'boolean') return attribute(attributes, 'boolean-value') === 'true';
  if (type === 'string') return attribute(attributes, 'string-value');
  if (type === 'date') return momentText(attribute(attributes, 'date-value') ?? '');
  if (type === 'time') return clockTime(attribute(attributes, 'time-value') ?? '');
  const text = attributes['office:value'] ?? attribute(attributes, 'value') ?? '';
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
}

/** Fractions of a second that are none, and the zone that a moment without one is written with, are left out. */
function momentText(text: string): string | undefined {
  const moment = text.trim().replace(/(\.\d*?)0*(Z?)$/, (_, part: string) => (part === '.' ? '' : part));
  return moment === '' ? undefined : moment;
}

/** `PT36H30M00S` as `36:30:00`. */
export function clockTime(duration: string): string | undefined {
  const parts = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$/.exec(
    duration.trim(),
  );
  if (!parts) return duration.trim() === '' ? undefined : duration.trim();
  const [, sign = '', days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts;
  const part = (value: number) => String(value).padStart(2, '0');
  const rest = fraction.slice(0, 3).replace(/0+$/, '');
  const clock = `${part(Number(days) * 24 + Number(hours))}:${part(Number(minutes))}:${part(Number(seconds))}`;
  return `${sign}${clock}${rest === '' ? '' : `.${rest.padEnd(3, '0')}`}`;
}

/** Spaces, tabs and line breaks that are meant, while those between them are not: no XML can hold these characters. */
const SPACE = '\u0000';
const TAB = '\u0001';
const BREAK = '\u0002';
const MAX_SPACES = 1000;

/** Gathers the paragraphs of a cell, an annotation or a shape. */
export class OdfText {
  #paragraphs: string[] = [];
  #current: string | null = null;

  open(name: string, attributes: Attributes): void {
    if (name === 'p' || name === 'h') this.#current = '';
    else if (this.#current === null) return;
    else if (name === 's') this.#current += SPACE.repeat(spaces(attribute(attributes, 'c')));
    else if (name === 'tab') this.#current += TAB;
    else if (name === 'line-break') this.#current += BREAK;
  }

  text(text: string): void {
    if (this.#current !== null) this.#current += text;
  }

  close(name: string): void {
    if ((name !== 'p' && name !== 'h') || this.#current === null) return;
    const line = this.#current.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    this.#paragraphs.push(line.replaceAll(SPACE, ' ').replaceAll(TAB, '\t').replaceAll(BREAK, '\n'));
    this.#current = null;
  }

  /** The paragraphs so far; begins anew. */
  take(): string[] {
    const paragraphs = this.#paragraphs;
    this.#paragraphs = [];
    this.#current = null;
    return paragraphs;
  }
}

function spaces(said: string | undefined): number {
  const count = Number(said ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, MAX_SPACES) : 1;
}
