/** Names of what is imported: of a new corpus, and of files that would otherwise be called the same. */

import type { ImportFile } from './library';

/** A name for a new corpus: the folder, the file without its ending, or the first file and how many more. */
export function corpusNameFor(files: readonly ImportFile[]): string {
  const first = files[0]?.path ?? '';
  const folder = first.includes('/') ? (first.split('/')[0] ?? '') : '';
  if (folder !== '' && files.every(({ path }) => path.startsWith(`${folder}/`))) return folder;
  const bare = (first.split('/').at(-1) ?? '').replace(/(?<=.)\.[^.]{1,8}$/, '') || 'Documents';
  return files.length > 1 ? `${bare} and ${files.length - 1} more` : bare;
}

/** Two files of one name, dropped together from different places, would share one line of progress. */
export function withOwnPaths(files: readonly ImportFile[]): ImportFile[] {
  // A map: a file may be called `constructor`.
  const seen = new Map<string, number>();
  return files.map(({ file, path }) => {
    const times = (seen.get(path) ?? 0) + 1;
    seen.set(path, times);
    return { file, path: times === 1 ? path : path.replace(/(\.[^./]{1,8})?$/, ` (${times})$1`) };
  });
}
