/** Fetches Python's files from this site, once and only when first needed. */

import manifest from 'virtual:sonde-python';
import { SondeError } from '../../core/errors';
import type { PythonFiles } from '../../../workers/python/wire';

export interface PythonSite {
  readonly pyodideVersion: string;
  readonly runtimeHash: string;
  files(): Promise<PythonFiles>;
  /** The document of the sandboxed frame. */
  frame(): Promise<Blob>;
}

/** @param root what relative URLs are relative to; the document by default */
export function pythonSite(root: string = document.baseURI): PythonSite {
  const at = (url: string) => new URL(url, root).href;
  let pending: Promise<PythonFiles> | null = null;
  return {
    pyodideVersion: manifest.pyodideVersion,
    runtimeHash: manifest.runtimeHash,
    files() {
      pending ??= fetchAll(at).catch((error: unknown) => {
        pending = null; // the next attempt fetches again
        throw error;
      });
      return pending;
    },
    frame: () => fetchBlob(at(manifest.urls.sandbox)),
  };
}

async function fetchAll(at: (url: string) => string): Promise<PythonFiles> {
  const { loader, glue, wasm, stdlib } = manifest.urls;
  const [loaderBlob, glueBlob, wasmBlob, stdlibBlob] = await Promise.all(
    [loader, glue, wasm, stdlib].map((url) => fetchBlob(at(url))),
  );
  if (!loaderBlob || !glueBlob || !wasmBlob || !stdlibBlob) throw new Error('a file of Python is missing');
  return { loader: loaderBlob, glue: glueBlob, wasm: wasmBlob, stdlib: stdlibBlob };
}

async function fetchBlob(url: string): Promise<Blob> {
  const failure = (cause: unknown) =>
    new SondeError(
      {
        code: 'repl-start',
        message: 'Python could not be loaded from this site.',
        hint: 'Check the connection, then try again. Nothing else is affected.',
      },
      { cause },
    );
  const response = await fetch(url).catch((error: unknown) => {
    throw failure(error);
  });
  if (!response.ok) throw failure(new Error(`${response.status} for ${url}`));
  return response.blob();
}
