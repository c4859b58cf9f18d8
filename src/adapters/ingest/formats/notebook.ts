/** Reads Jupyter notebooks of any version: what was written and run, cell by cell, each with what it printed. */

import * as v from 'valibot';
import { SondeError } from '../../../core/errors';
import type { DocumentBuilder } from './document-builder';
import { MarkdownHeadings } from './markdown';
import type { FormatReader } from './reader';
import { wholeTextOf } from './text-source';

const MAX_NOTEBOOK_BYTES = 200_000_000;

/** Text is one string, or a list of lines that keep their ends. Anything else is no text. */
const text = v.fallback(
  v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((value) => (typeof value === 'string' ? value : value.join(''))),
  ),
  '',
);
const loose = v.record(v.string(), v.unknown());
const record = v.fallback(loose, {});
const output = v.fallback(loose, {});
const cell = v.object({
  cell_type: v.fallback(v.string(), ''),
  source: v.optional(text),
  /** Where code was before version 4. */
  input: v.optional(text),
  level: v.fallback(v.optional(v.number()), undefined),
  outputs: v.fallback(v.array(output), []),
  attachments: v.fallback(v.optional(loose), undefined),
  execution_count: v.fallback(v.nullish(v.number()), null),
  prompt_number: v.fallback(v.nullish(v.number()), null),
});
type Cell = v.InferOutput<typeof cell>;

export const readNotebook: FormatReader = async (input, out) => {
  if (input.file.size > MAX_NOTEBOOK_BYTES)
    throw new SondeError({
      code: 'too-large',
      message: 'This notebook is larger than one can be read at once: over 200 MB.',
      hint: 'Clear its outputs, save it, and drop that.',
    });
  const { cells, metadata } = notebookIn(await wholeTextOf(input.file, input.signal));
  sayMetadata(metadata, out);
  for (const [index, raw] of cells.entries()) {
    const read = v.safeParse(cell, raw);
    if (read.success) writeCell(read.output, index + 1, out);
    else out.lost('unreadable-parts');
    input.progress(index + 1, cells.length);
    await out.flushWhenLarge();
  }
  if (out.position === 0)
    throw new SondeError({ code: 'empty', message: 'There is nothing in the cells of this notebook.' });
};

function notebookIn(json: string): { cells: readonly unknown[]; metadata: Record<string, unknown> } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new SondeError(
      {
        code: 'malformed',
        message: 'This notebook is damaged: it is no valid JSON.',
        hint: 'Open it in Jupyter and save it anew.',
      },
      { cause },
    );
  }
  const notebook = v.parse(record, parsed);
  const list = v.fallback(v.array(v.unknown()), []);
  // Before version 4 cells lay in worksheets.
  const sheets = v.parse(list, notebook['worksheets']);
  const cells = [notebook, ...sheets].flatMap((holder) => v.parse(list, v.parse(record, holder)['cells']));
  return { cells, metadata: v.parse(record, notebook['metadata']) };
}

function sayMetadata(metadata: Record<string, unknown>, out: DocumentBuilder): void {
  const said = v.fallback(v.string(), '');
  const kernel = v.parse(record, metadata['kernelspec']);
  const authors = v.parse(v.fallback(v.array(record), []), metadata['authors']);
  out.metadata({
    title: v.parse(said, metadata['title'] ?? metadata['name']),
    author: authors.map(({ name }) => v.parse(said, name)).join(', '),
    subject: v.parse(said, kernel['display_name'] ?? kernel['language']),
  });
}

function writeCell(read: Cell, number: number, out: DocumentBuilder): void {
  const { cell_type: type, level, outputs, attachments } = read;
  const source = [read.source, read.input].find((one) => one !== undefined && one !== '') ?? '';
  const count = read.execution_count ?? read.prompt_number;
  const mark = out.open(
    'cell',
    count === null ? String(number) : `${String(number)}, run as [${String(count)}]`,
  );
  if (type === 'heading') out.heading(level ?? 1, source);
  else if (type === 'markdown') writeMarkdown(source, out);
  else out.paragraph(source);
  for (const one of outputs) writeOutput(one, out);
  if (attachments) out.lost('images', Object.keys(attachments).length);
  mark.end();
}

/** As it stands, with its headings as sections. */
function writeMarkdown(source: string, out: DocumentBuilder): void {
  if (source.trim() === '') return;
  const headings = new MarkdownHeadings();
  headings.push(source);
  const points = [...source];
  let at = 0;
  out.breakLine(2);
  for (const { start, label, level = 1 } of headings.end().marks) {
    out.text(points.slice(at, start).join(''));
    out.openSection(label, level);
    at = start;
  }
  out.text(points.slice(at).join(''));
  out.breakLine(2);
}

/** Text of it; pictures and pages are counted as lost. */
function writeOutput(one: Record<string, unknown>, out: DocumentBuilder): void {
  const printed = v.parse(text, one['text']);
  if (printed !== '') out.paragraph(withoutColours(printed).trimEnd());
  const trace = v.parse(v.fallback(v.array(v.string()), []), one['traceback']);
  if (trace.length > 0) out.paragraph(withoutColours(trace.join('\n')));
  else if (typeof one['evalue'] === 'string')
    out.paragraph(`${typeof one['ename'] === 'string' ? one['ename'] : 'Error'}: ${one['evalue']}`);
  // Before version 4 what was shown lay beside the rest, under short names.
  const shown = { ...one, ...v.parse(record, one['data']) };
  const plain = v.parse(text, shown['text/plain']);
  if (plain !== '') out.paragraph(withoutColours(plain).trimEnd());
  const pictures = Object.keys(shown).filter((type) => /^image\/|^(?:png|jpe?g|svg)$/.test(type));
  if (pictures.length > 0) out.lost('images');
  else if (plain === '' && printed === '' && typeof shown['text/html'] !== 'undefined')
    out.lost('embedded-files');
}

function withoutColours(printed: string): string {
  // eslint-disable-next-line no-control-regex -- terminals are told of colours by an escape character
  return printed.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[^\n]*\r(?!\n)/g, '');
}
