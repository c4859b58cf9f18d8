/** Fetches the readers' files from this site, each once and only when first needed. */

import urls from 'virtual:sonde-readers';
import { SondeError } from '../../core/errors';
import type { ReaderFile } from './wire';

/** Kept apart from the app's own copy: they are large, and few need them. */
const KEPT_NAME = 'sonde-ocr';

export class ReaderFiles {
  readonly #root: string;
  readonly #files = new Map<ReaderFile, Promise<Blob>>();

  /** @param root what relative URLs are relative to; the document by default */
  constructor(root: string = document.baseURI) {
    this.#root = root;
  }

  /** @throws SondeError `unreachable` */
  file(name: ReaderFile): Promise<Blob> {
    let file = this.#files.get(name);
    if (!file) {
      file = this.#fetch(name);
      this.#files.set(name, file);
      file.catch(() => this.#files.delete(name)); // the next attempt fetches again
    }
    return file;
  }

  async #fetch(name: ReaderFile): Promise<Blob> {
    const url = new URL(urls[name] ?? '', this.#root).href;
    try {
      const response = name.startsWith('ocr') ? await kept(url) : await fetch(url);
      if (!response.ok) throw new Error(`${String(response.status)} for ${url}`);
      return await response.blob();
    } catch (cause) {
      throw new SondeError(
        {
          code: 'unreachable',
          message: 'A part of Sonde that reads this kind of file could not be loaded.',
          hint: 'Check the connection, then drop the file again.',
        },
        { cause },
      );
    }
  }
}

/** From Cache storage, where it is put the first time: asked for once, it is there without a network too. */
async function kept(url: string): Promise<Response> {
  const storage = globalThis.caches as CacheStorage | undefined; // absent where the page is not served securely
  const cache = await storage?.open(KEPT_NAME);
  const found = await cache?.match(url);
  if (found) return found;
  const response = await fetch(url);
  if (response.ok) await cache?.put(url, response.clone());
  return response;
}
