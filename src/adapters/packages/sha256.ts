/** The SHA-256 of some bytes, also where the browser lends no cryptography: outside secure contexts. */

/** @returns lower-case hexadecimal */
export async function sha256(bytes: Blob): Promise<string> {
  const buffer = await bytes.arrayBuffer();
  if (!('subtle' in crypto)) return (await import('hash-wasm')).sha256(new Uint8Array(buffer));
  const hash = await crypto.subtle.digest('SHA-256', buffer);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
