/** Files out of a drop, a paste or a picker, folders opened, with the paths they had. */

import { isDropping } from '../../core/corpus/droppings';
import type { ImportFile } from '../../core/corpus/library';

/**
 * Every file in a transfer. Must be called in the event's own turn: the transfer is emptied after it.
 * A folder the browser will not open is skipped; its files could not be read anyway.
 */
export function filesFrom(transfer: DataTransfer): Promise<ImportFile[]> {
  const found = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const walks = found.map(({ entry, file }) => {
    if (entry) return walk(entry, '');
    return Promise.resolve(file ? [{ file, path: file.name }] : []);
  });
  return Promise.all(walks).then((lists) => lists.flat());
}

/** A log of runs, by its name. */
export function isLog({ name }: File): boolean {
  return /\.jsonl$/i.test(name);
}

/** A corpus as one file, by its name. */
export function isCorpusFile({ path }: Pick<ImportFile, 'path'>): boolean {
  return /\.sonde$/i.test(path);
}

/** Of a corpus as one file: its name, without what file systems take amiss. */
export function corpusFileName(name: string): string {
  const safe = name
    .replace(/[\p{Cc}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${safe.replace(/^\.+/, '').slice(0, 80).trim() || 'corpus'}.sonde`;
}

/** True when a drag carries files, as opposed to selected text or a link. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** Asks the user for files, a whole folder, or corpora as files. Empty when they think better of it. */
export function pickFiles(what: 'files' | 'folder' | 'corpora'): Promise<ImportFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = what === 'folder';
  if (what === 'corpora') input.accept = '.sonde';
  return new Promise((resolve) => {
    input.addEventListener('cancel', () => {
      resolve([]);
    });
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])].map((file) => ({
        file,
        path: file.webkitRelativePath || file.name,
      }));
      resolve(files.filter(({ path }) => !isDropping(path)));
    });
    input.click();
  });
}

async function walk(entry: FileSystemEntry, folder: string): Promise<ImportFile[]> {
  if (isDropping(entry.name)) return [];
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File | null>((resolve) => {
      entry.file(resolve, () => {
        resolve(null);
      });
    });
    return file ? [{ file, path }] : [];
  }
  const children = isDirectory(entry) ? await readAll(entry.createReader()) : [];
  const lists: ImportFile[][] = [];
  // One after the other: thousands of folders opened at once make some browsers give up.
  for (const child of children) lists.push(await walk(child, path));
  return lists.flat();
}

/** `readEntries` gives a hundred at a time, and an empty list at the end. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([]);
      });
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
