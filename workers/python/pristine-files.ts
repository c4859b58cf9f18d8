/** The file system of an interpreter as it was before its first cell: what came since is removed, what changed is told. */

import type { PyodideAPI } from 'pyodide';

/** More new files than this are not cleared away one by one. */
const MAX_NEW = 5_000;

type FileSystem = PyodideAPI['FS'];

/** A node of Emscripten's file system in memory. */
interface Node {
  readonly mode: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly mount: unknown;
  /** Nodes by name for a folder, bytes for a file. */
  readonly contents: unknown;
  readonly usedBytes?: number;
  readonly link?: string;
}

interface Internals {
  readonly root: Node;
  readonly streams: unknown[];
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  close(stream: unknown): void;
}

interface Kept {
  readonly node: Node;
  readonly seen: readonly unknown[];
}

export interface Files {
  /** Back to what was there; false when something that was there has been changed. */
  restore(): boolean;
}

export function filesOf(fs: FileSystem): Files {
  const inner = fs as unknown as Internals; // its types leave out what it is made of
  const kept = new Map<string, Kept>();
  for (const [path, node] of walk(inner)) kept.set(path, { node, seen: seen(inner, node) });
  const streams = [...inner.streams];
  const folder = fs.cwd();

  function restore(): boolean {
    inner.streams.forEach((stream, at) => {
      if (stream && stream !== streams[at]) inner.close(stream);
    });
    if (streams.some((stream, at) => inner.streams[at] !== stream)) return false;
    fs.chdir(folder);
    const found = new Set<string>();
    const fresh: string[] = [];
    for (const [path, node] of walk(inner)) {
      const known = kept.get(path);
      if (known === undefined) {
        if (fresh.push(path) > MAX_NEW) return false;
      } else {
        found.add(path);
        const same = seen(inner, node).every((value, at) => value === known.seen[at]);
        if (known.node !== node || !same) return false;
      }
    }
    if (found.size !== kept.size) return false;
    // Folders come before what is in them.
    for (const path of fresh.reverse()) {
      if (inner.isDir(fs.lstat(path).mode)) fs.rmdir(path);
      else fs.unlink(path);
    }
    return true;
  }

  return {
    restore: () => {
      try {
        return restore();
      } catch {
        return false; // a file without permissions, or whatever else was made of it
      }
    },
  };
}

/** What changing a node changes. The times of a folder change with what is in it, those of a device mean nothing. */
function seen(inner: Internals, { mode, ctime, mtime, contents, usedBytes, link }: Node): readonly unknown[] {
  return inner.isFile(mode) ? [mode, ctime, mtime, contents, usedBytes] : [mode, link];
}

/** Every node of the file system in memory, a folder before what is in it; not what is mounted into it. */
function* walk(inner: Internals, node = inner.root, path = ''): Generator<readonly [string, Node]> {
  for (const [name, child] of Object.entries(node.contents as Readonly<Record<string, Node>>)) {
    const at = `${path}/${name}`;
    yield [at, child];
    if (child.mount === inner.root.mount && inner.isDir(child.mode)) yield* walk(inner, child, at);
  }
}
