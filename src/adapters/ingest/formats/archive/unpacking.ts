/** What archives of all kinds have in common: which of their files are wanted, under which path, and how they go out. */

import { isAbort, SondeError, toProblem, type Problem } from '../../../../core/errors';
import { isDropping } from '../../../../core/corpus/droppings';
import { leaveOutIgnored } from '../../ignored-paths';
import type { DocumentBuilder } from '../document-builder';
import type { ReaderInput } from '../reader';
import { harmlessPath, UniquePaths } from './harmless-path';

/** A file in an archive. */
export interface Packed {
  /** As the archive has it. */
  readonly name: string;
  /** Unpacks it. @throws SondeError when it cannot be had */
  open(): Promise<Blob>;
}

/** Files handed on, of which nobody has said yet that they came. */
const MOST_UNDER_WAY = 32;
const MAX_IGNORE_FILE_BYTES = 1024 * 1024;

/**
 * Hands on every file that is wanted, in the archive's order.
 * @throws SondeError `empty` when there is none; the signal's reason when aborted
 */
export async function unpack(
  files: readonly Packed[],
  input: ReaderInput,
  out: DocumentBuilder,
): Promise<void> {
  const paths = new UniquePaths();
  const named = files
    .map((file) => ({ file, path: harmlessPath(file.name) }))
    .filter(({ path }) => !isDropping(path))
    .map(({ file, path }) => ({ file, path: paths.take(path) }));
  const { kept, leftOut } = await leaveOutIgnored(named, ({ file }) => ignoreRules(file));
  out.lost('ignored-files', leftOut);
  if (kept.length === 0) throw nothingIn(files.length);
  const underWay: Promise<void>[] = [];
  for (const [done, { file, path }] of kept.entries()) {
    input.progress(done, kept.length);
    input.signal.throwIfAborted();
    const opened = await openOrProblem(file);
    const told = opened instanceof Blob ? out.child(path, opened) : out.lostChild(path, opened);
    told.catch(() => undefined); // met when it is awaited
    underWay.push(told);
    if (underWay.length >= MOST_UNDER_WAY) await underWay.shift();
  }
  await Promise.all(underWay);
}

async function openOrProblem(file: Packed): Promise<Blob | Problem> {
  try {
    return await file.open();
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    if (thrown instanceof SondeError) return toProblem(thrown);
    const { message } = toProblem(thrown);
    return { code: 'malformed', message: `“${file.name}” could not be unpacked: ${message}` };
  }
}

/** Rules that cannot be read leave nothing out; the file itself is then told as lost. */
async function ignoreRules(file: Packed): Promise<string> {
  const opened = await openOrProblem(file);
  if (!(opened instanceof Blob) || opened.size > MAX_IGNORE_FILE_BYTES) return '';
  return opened.text();
}

function nothingIn(files: number): SondeError {
  return new SondeError({
    code: 'empty',
    message:
      files === 0
        ? 'There are no files in this archive.'
        : 'In this archive are only files of the system, or such as its .gitignore leaves out.',
  });
}
