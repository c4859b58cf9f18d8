/**
 * Where a reader puts what it finds: text that grows, marks into it, and what else there is to say of a document.
 * Counts code points, pays line breaks only where text follows, and hands the text on in pieces of bounded size.
 */

import { SondeError, type Problem } from '../../../core/errors';
import { codePointLength } from '../../../core/corpus/context';
import {
  cellText,
  plainValue,
  type CellValue,
  type Loss,
  type LossKind,
  type MarkKind,
  type Metadata,
  type Structure,
  type TableShape,
} from '../../../core/corpus/structure';
import { MarkList, type GrowingMark } from './mark-list';

/** Takes what a builder hands on. Each promise is waited for before more is read. */
export interface BuilderSink {
  /** Well-formed UTF-8, in whole code points. */
  text(utf8: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** A file found inside: an attachment, an entry of an archive. `path` is relative to the file it was found in. */
  child(path: string, file: Blob): Promise<void> | void;
  /** A file inside that cannot be had, and why. */
  lostChild(path: string, problem: Problem): Promise<void> | void;
}

/** What is known at the end besides the text. */
export interface BuiltDocument extends Structure {
  readonly chars: number;
  /** What could not be read although most could, or null. */
  readonly problem: Problem | null;
}

/** An open mark: begins with the first text after it was opened and ends with the last before it is closed. */
export interface OpenMark {
  end(): void;
}

export interface TableOptions {
  readonly label?: string;
  readonly reads?: TableShape['reads'];
  readonly header?: boolean;
  readonly origin?: TableShape['origin'];
}

export interface OpenTable {
  /** One row: cells are joined by tabs. `shown`, by column, is what stands in the text although it is not the value. */
  row(cells: readonly CellValue[], shown?: ReadonlyMap<number, string>): void;
  /** A table without a row leaves no mark. */
  end(): void;
}

const FLUSH_UNITS = 512 * 1024;
/** One document: more would not fit an interpreter. */
const MAX_CHARS = 1_000_000_000;

export class DocumentBuilder {
  readonly #sink: BuilderSink;
  readonly #encoder = new TextEncoder();
  readonly #marks = new MarkList();
  readonly #losses = new Map<LossKind, number>();
  #metadata: Metadata = {};
  #problem: Problem | null = null;
  #pending: string[] = [];
  #pendingUnits = 0;
  #chars = 0;
  /** Line ends that are owed before the next text. */
  #owedBreaks = 0;
  #cutOff = false;

  constructor(sink: BuilderSink) {
    this.#sink = sink;
  }

  /** Code points written so far, without the line breaks still owed. */
  get position(): number {
    return this.#chars;
  }

  /** Adds text as it is, after the line breaks owed. Half surrogates become U+FFFD. */
  text(raw: string): void {
    if (raw === '') return;
    const text = raw.isWellFormed() ? raw : raw.toWellFormed();
    this.#payBreaks();
    this.#append(text);
  }

  /** The next text begins a line (1), after an empty line (2). Never more than what was asked for most. */
  breakLine(count: 1 | 2 = 1): void {
    this.#owedBreaks = Math.max(this.#owedBreaks, count);
  }

  /** Text on a line of its own. */
  line(text: string): void {
    this.breakLine(1);
    this.text(text);
    this.breakLine(1);
  }

  /** Text set off by empty lines. */
  paragraph(text: string): void {
    this.breakLine(2);
    this.text(text);
    this.breakLine(2);
  }

  /** Opens a mark that begins with the next text. One that gets no text is dropped, except where `keepEmpty`. */
  open(kind: MarkKind, label: string, more: { level?: number; keepEmpty?: boolean } = {}): OpenMark {
    const mark: GrowingMark = { kind, start: -1, end: -1, label };
    if (more.level !== undefined) mark.level = more.level;
    this.#addMark(mark);
    this.#marks.await(mark);
    return { end: () => this.#marks.close(mark, this.#chars, more.keepEmpty ?? false) };
  }

  /** A mark over a stretch that is written already. */
  mark(kind: MarkKind, label: string, start: number, end: number, more: { level?: number } = {}): void {
    this.#addMark({ kind, start, end, label, ...more });
  }

  /** A heading: a line of its own and a section that reaches to the next heading of its level or above. */
  heading(level: number, text: string): void {
    const label = text.replace(/\s+/g, ' ').trim();
    if (label === '') return;
    this.breakLine(2);
    this.openSection(label, level);
    this.text(text.trim());
    this.breakLine(2);
  }

  /** A section that begins with the next text, for headings that stand in it as they are. */
  openSection(label: string, level: number): void {
    this.open('section', label, { level: Math.min(9, Math.max(1, level)) });
  }

  openTable({ label = '', reads = 'text', header = true, origin = null }: TableOptions = {}): OpenTable {
    const exact: [number, number, CellValue][] = [];
    this.breakLine(1);
    const mark: GrowingMark = { kind: 'table', start: -1, end: -1, label };
    let rows = 0;
    return {
      row: (cells, shown) => {
        if (rows === 0) {
          this.#payBreaks(); // the first row may be empty, so the mark cannot wait for text
          mark.start = this.#chars;
          this.#addMark(mark);
        } else this.#append('\n');
        const texts = cells.map((value, column) => cellText(shown?.get(column) ?? value));
        texts.forEach((text, column) => {
          const value = cells[column] ?? null;
          const read = reads === 'values' ? plainValue(text) : text;
          if (!Object.is(read, value)) exact.push([rows, column, value]);
        });
        this.#append(texts.join('\t').toWellFormed());
        rows++;
      },
      end: () => {
        if (rows === 0) return;
        mark.end = this.#chars;
        mark.table = { layout: 'tabs', reads, header, origin, exact };
        this.breakLine(1);
      },
    };
  }

  async child(path: string, file: Blob): Promise<void> {
    await this.#sink.child(path, file);
  }

  async lostChild(path: string, problem: Problem): Promise<void> {
    await this.#sink.lostChild(path, problem);
  }

  /** What is said twice, the first time counts. Empty strings say nothing. */
  metadata(more: Metadata): void {
    const said = Object.entries(more).flatMap(([key, value]: [string, string | undefined]) => {
      const text = value?.replace(/\s+/g, ' ').trim().slice(0, 1000) ?? '';
      return text === '' ? [] : [[key, text]];
    });
    this.#metadata = { ...(Object.fromEntries(said) as Metadata), ...this.#metadata };
  }

  lost(what: LossKind, count = 1): void {
    if (count > 0) this.#losses.set(what, (this.#losses.get(what) ?? 0) + count);
  }

  /** Most of the file could be read, but not this. The first one counts. */
  warn(problem: Problem): void {
    this.#problem ??= problem;
  }

  /** Hands on what has gathered. Shows the reader to be alive. */
  async flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingUnits = 0;
    await this.#sink.text(this.#encoder.encode(text));
  }

  /** `flush`, once enough has gathered. For loops that would flush too often. */
  async flushWhenLarge(): Promise<void> {
    if (this.#pendingUnits >= FLUSH_UNITS) await this.flush();
  }

  async finish(): Promise<BuiltDocument> {
    if (this.#chars > 0) this.#append('\n');
    await this.flush();
    return {
      chars: this.#chars,
      marks: this.#marks.finish(this.#chars),
      metadata: this.#metadata,
      losses: [...this.#losses].map(([what, count]): Loss => ({ what, count })),
      problem: this.#problem,
    };
  }

  #payBreaks(): void {
    if (this.#owedBreaks > 0 && this.#chars > 0) this.#append('\n'.repeat(this.#owedBreaks));
    this.#owedBreaks = 0;
    this.#marks.begin(this.#chars);
  }

  #append(text: string): void {
    this.#chars += codePointLength(text);
    if (this.#chars > MAX_CHARS)
      throw new SondeError({
        code: 'too-large',
        message: 'There is more text in this file than one document can hold: over a billion characters.',
        hint: 'Split it and drop the parts.',
      });
    this.#pending.push(text);
    this.#pendingUnits += text.length;
  }

  #addMark(mark: GrowingMark): void {
    if (this.#marks.add(mark) || this.#cutOff) return;
    this.#cutOff = true;
    this.lost('cut-off');
  }
}
