/** The documents with independently extracted text or values that may lie beside the project, and how each is judged. */

import type { Library, StoredDocument } from '../../../src/core/corpus/library';
import type { CellValue, Mark } from '../../../src/core/corpus/structure';
import { rowsOf } from '../../../src/core/corpus/tables';
import { delimitedRows } from '../../../src/adapters/ingest/formats/delimited';
import { exactly, wordMeasure, type Measure } from './measures';

export interface ManifestEntry {
  readonly file: string;
  readonly bytes: number;
  readonly gt?: string;
  readonly gt_file?: string;
  readonly gt_words?: number;
  readonly password?: string;
  readonly note?: string;
  readonly pages?: number;
  readonly messages?: number;
}

export const DOCUMENTS = '/test-data/documents';

/** Null when the documents are not on this machine. */
export async function manifest(): Promise<readonly ManifestEntry[] | null> {
  const response = await fetch(`${DOCUMENTS}/manifest.json`);
  return response.ok ? ((await response.json()) as ManifestEntry[]) : null;
}

/** What was made of one file of the manifest. */
export interface ReadFile {
  readonly entry: ManifestEntry;
  readonly library: Library;
  readonly documents: readonly StoredDocument[];
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** The truth of these is wrong, as one can see: their code page was not heeded, or their bytes were taken for text. */
const WRONG_TRUTHS: Readonly<Record<string, string>> = {
  'rtf/testRTFWindowsCodepage1250.rtf': 'zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ',
  'eml/fake-email-utf-16-le.eml': 'Test Email Roses are red Violets are blue',
};

/** The archive gives this name twice, once for programs that know ASCII only; that is the one in the truth. */
const BETTER_NAMES: Readonly<Record<string, string>> = { '_15.txt': '€15.txt' };

/** Its fonts do not say which letters they show: what other programs make of it is noise. A warning names its pages. */
const NO_TRUTH = new Set(['pdf/TAMReview.pdf']);

const FLOORS: Readonly<Record<string, number>> = { pdf: 0.95 };
const DEFAULT_FLOOR = 0.97;

/** How faithful it is, or null when there is nothing to compare with. */
export async function judge(read: ReadFile): Promise<Measure | null> {
  const { entry } = read;
  const folder = entry.file.split('/')[0] ?? '';
  if (entry.gt_file === undefined || NO_TRUTH.has(entry.file)) return null;
  const truth = await (await fetch(`${DOCUMENTS}/${entry.gt_file}`)).text();
  const wrong = WRONG_TRUTHS[entry.file];
  if (!entry.gt_file.endsWith('.json') || wrong !== undefined)
    return wordMeasure(wrong ?? truth, read.text, FLOORS[folder] ?? DEFAULT_FLOOR);
  const json = JSON.parse(truth) as unknown;
  if (folder === 'xlsx') return cells(json as Workbook, read);
  if (folder === 'csv') return records(json as Record<string, string>[], read);
  if (folder === 'zip') return names(json as ZipTruth[], read);
  if (folder === 'mbox') return messages(json as Message[], read);
  return message(json as Message, read);
}

type Workbook = Readonly<Record<string, { rows: CellValue[][]; state: string }>>;

function cells(truth: Workbook, { text, marks }: ReadFile): Measure {
  const points = [...text];
  const sheets = marks.filter(({ kind }) => kind === 'sheet');
  const read = sheets.map(({ label, start, end }): [string, CellValue[][]] => {
    const table = marks.find((mark) => mark.kind === 'table' && mark.start >= start && mark.end <= end);
    const stretch = points.slice(table?.start, table?.end).join('');
    return [label, table?.table ? rowsOf(stretch, table.table) : []];
  });
  return exactly(
    'cells',
    Object.entries(truth).map(([label, { rows }]) => [label, rows]),
    read,
  );
}

function records(truth: readonly Record<string, string>[], { text, marks }: ReadFile): Measure {
  const layout = marks.find(({ kind }) => kind === 'table')?.table?.layout;
  const [header = [], ...rows] = delimitedRows(
    text,
    typeof layout === 'object' ? layout : { delimiter: ',' },
  );
  const filled = rows.filter((row) => row.length > 1 || row[0] !== '');
  return exactly(
    'records',
    truth.map((record) => Object.values(record)),
    filled.map((row) => header.map((_, i) => row[i] ?? '')),
  );
}

interface ZipTruth {
  readonly name: string;
  readonly dir: boolean;
}

/** Files inside files count as they are named; what they hold in turn stands below their name. */
function names(truth: readonly ZipTruth[], { entry, documents }: ReadFile): Measure {
  const wanted = truth.filter(({ dir }) => !dir).map(({ name }) => BETTER_NAMES[name] ?? name);
  const paths = documents.map(({ path }) => path.slice(entry.file.length + 1));
  const found = wanted.filter((name) => paths.some((path) => path === name || path.startsWith(`${name}/`)));
  return exactly('names', wanted, found);
}

interface Message {
  readonly subject: string;
  readonly from: string;
  readonly parts: readonly (string | { type: string; filename: string | null; text?: string })[];
}

function messages(truth: readonly Message[], { marks }: ReadFile): Measure {
  const subjects = truth.map(({ subject }) => subject.trim());
  const labels = marks.filter(({ kind }) => kind === 'message').map(({ label }) => label);
  return exactly('messages', subjects.length, labels.length);
}

/** Subject, sender and the text of the first readable part. */
function message({ subject, from, parts }: Message, { text, documents }: ReadFile): Measure {
  const plain = parts.find((part) => typeof part === 'object' && part.type === 'text/plain');
  const body = typeof plain === 'object' ? (plain.text ?? '') : '';
  const truth = [subject, from, body].filter((one) => one !== 'None').join(' ');
  const inside = documents.map(({ name }) => name).join(' ');
  return wordMeasure(truth, `${text} ${inside}`, DEFAULT_FLOOR);
}
