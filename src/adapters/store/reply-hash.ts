/** The hash a reply is kept under: the same for the same question, whatever the order of a schema's fields. */

import type { ReplyKey } from '../../core/run/reply-cache';

const hashes = new WeakMap<ReplyKey, Promise<string>>();

/** SHA-256 of the key as canonical JSON, in hexadecimal. Of one key object it is made once. */
export function replyHash(key: ReplyKey): Promise<string> {
  let hash = hashes.get(key);
  if (!hash) {
    hash = digest(canonicalJson([key.model, key.host, key.prompt, key.schema, key.nth]));
    hashes.set(key, hash);
  }
  return hash;
}

/** JSON with the fields of every object in order of their names. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    field !== null && typeof field === 'object' && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : field,
  );
}

/** Where the page is not served securely there are no digests: the text itself, which is as unique, only longer. */
async function digest(text: string): Promise<string> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return text;
  const bytes = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
