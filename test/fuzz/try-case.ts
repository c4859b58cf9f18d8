/** One case: a seed changed by its number, read as the app would read it, and what came of it. */

import { readDocument } from '../../src/adapters/ingest/read-document';
import { DocumentBuilder } from '../../src/adapters/ingest/formats/document-builder';
import type { HeavyModules, ReaderInput } from '../../src/adapters/ingest/formats/reader';
import { readerOf } from '../../src/adapters/ingest/formats/registry';
import type { Mark } from '../../src/core/corpus/structure';
import { rowsOf } from '../../src/core/corpus/tables';
import { SondeError } from '../../src/core/errors';
import { mutate } from './mutate';
import { Random } from './random';
import type { Seed } from './seeds';

export interface Outcome {
  /** What the file was read as; the seed's format where no reader was chosen. */
  readonly kind: string;
  /** `text`, the code of a named problem, or `defect`. */
  readonly result: string;
  /** Of a defect: what was thrown and where, or what does not hold of what was read. */
  readonly detail: string;
}

/** Those that run outside a browser, as `workers/readers/` exports them. */
const heavy = import.meta.glob('../../src/adapters/ingest/formats/{docx/docx,html/article,mail/msg}.ts');

async function load<K extends keyof HeavyModules>(name: K): Promise<HeavyModules[K]> {
  const path = Object.keys(heavy).find((key) => key.endsWith(`/${name}.ts`));
  const module = path === undefined ? undefined : heavy[path];
  if (!module) throw new SondeError({ code: 'unreadable', message: `${name} runs in a browser only.` });
  return (await module()) as HeavyModules[K]; // the file exports what the name says, as in the app
}

/** The changed file of a case. The same number gives the same file, as long as the seeds are the same. */
export function caseFile(number: number, seeds: readonly Seed[]): { seed: Seed; file: Blob } {
  const random = new Random(number);
  const seed = random.pick(seeds);
  const other = random.pick(seeds);
  return { seed, file: new Blob([mutate(seed, random, other.bytes)]) };
}

export async function tryCase(number: number, seeds: readonly Seed[]): Promise<Outcome> {
  const { seed, file } = caseFile(number, seeds);
  let kind: string = seed.format;
  try {
    const { read, built } = await readAs(seed, file, (chosen) => (kind = chosen));
    const detail = flawOf(read, built);
    return { kind, result: detail === '' ? 'text' : 'defect', detail };
  } catch (thrown) {
    if (thrown instanceof SondeError) return { kind, result: thrown.code, detail: '' };
    return { kind, result: 'defect', detail: described(thrown) };
  }
}

interface Read {
  bytes: Uint8Array[];
  found: number;
}

async function readAs(seed: Seed, file: Blob, onKind: (kind: string) => void) {
  const read: Read = { bytes: [], found: 0 };
  const signal = new AbortController().signal;
  const path = seed.name;
  if (seed.format === 'text') {
    const sink = {
      write: (utf8: Uint8Array) => void read.bytes.push(utf8),
      restart: () => void (read.bytes = []),
    };
    const facts = await readDocument(file, path, sink, signal, () => undefined);
    onKind(facts.kind);
    return { read, built: { marks: facts.marks, chars: null } };
  }
  const out = new DocumentBuilder({
    text: (utf8) => void read.bytes.push(utf8),
    child: () => void read.found++,
    lostChild: () => void read.found++,
  });
  const asset = (): Promise<never> => Promise.reject(new Error('no data outside a browser'));
  const progress = (): void => undefined;
  const input: ReaderInput = { file, path, password: null, ocr: null, signal, asset, load, progress };
  const chosen = await readerOf(seed.format, input);
  onKind(chosen.kind);
  await chosen.read(input, out);
  return { read, built: await out.finish() };
}

/** What does not hold of a document that was read, or nothing. */
function flawOf(read: Read, built: { marks: readonly Mark[]; chars: number | null }): string {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text = read.bytes.map((bytes) => utf8.decode(bytes, { stream: true })).join('') + utf8.decode();
  const { marks, chars } = built;
  // Plain text is kept as it is, blanks too; a reader that gives nothing else has found nothing.
  if ((chars === null ? text : text.trim()) === '' && read.found === 0)
    return 'nothing was read, and nothing said';
  if (chars === null) return '';
  const points = Array.from(text);
  if (points.length > chars + 1 || points.length < chars) return `${chars} characters are ${points.length}`;
  let before = 0;
  for (const mark of marks) {
    if (!(mark.start >= before && mark.end >= mark.start && mark.end <= points.length))
      return `a ${mark.kind} is out of place`;
    before = mark.start;
    if (mark.table) rowsOf(points.slice(mark.start, mark.end).join(''), mark.table);
  }
  return '';
}

function described(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const where = frames.slice(0, 3).map((line) => line.trim().replace(/\(?(?:file:\/\/)?\/.*\//, '('));
  return `${thrown.name}: ${thrown.message.slice(0, 200)} ${where.join(' ')}`;
}
