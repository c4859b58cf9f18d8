/** Unique ids. `crypto.randomUUID` exists only where the page is served securely; this works everywhere. */

/** 128 random bits in hexadecimal. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
