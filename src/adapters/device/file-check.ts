/** Decides, while its bytes pass by, whether a file is the one that was meant. */

import { SondeError } from '../../core/errors';
import type { ModelFile } from './model-layout';

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

export interface FileCheck {
  update(bytes: Uint8Array): void;
  /** @throws SondeError `bad-download` when the file is not what its list, or its kind, says */
  finish(): void;
}

export function badFile(file: ModelFile, what: string): SondeError {
  return new SondeError({
    code: 'bad-download',
    message: `${file.name} ${what}. It was not kept; the other files were.`,
    hint: 'Fetch again: only what is missing is fetched. If it happens again, the file at the source is damaged.',
  });
}

/** Size, MD5 and first bytes, as far as they are known. Loads the hash only when there is one to compare with. */
export async function checkOf(file: ModelFile): Promise<FileCheck> {
  const hash = file.md5 === null ? null : await (await import('hash-wasm')).createMD5();
  const head: number[] = [];
  let sizeBytes = 0;
  return {
    update(bytes) {
      for (let i = 0; head.length < WASM_MAGIC.length && i < bytes.length; i++) head.push(bytes[i] ?? 0);
      sizeBytes += bytes.length;
      if (file.sizeBytes !== null && sizeBytes > file.sizeBytes)
        throw badFile(file, 'is longer than its list says');
      hash?.update(bytes);
    },
    finish() {
      if (file.sizeBytes !== null && sizeBytes < file.sizeBytes)
        throw badFile(file, `is truncated: ${String(sizeBytes)} of ${String(file.sizeBytes)} bytes`);
      if (file.kind === 'wasm' && !WASM_MAGIC.every((byte, i) => head[i] === byte))
        throw badFile(file, 'is not a WebAssembly library');
      if (file.kind === 'json' && !looksLikeJson(head)) throw badFile(file, 'is not JSON');
      if (hash && hash.digest('hex') !== file.md5) throw badFile(file, 'is not the file its list names');
    },
  };
}

/** A page of a captive portal begins with `<`. */
function looksLikeJson(head: readonly number[]): boolean {
  return /^\s*[{[]/.test(String.fromCharCode(...head));
}
