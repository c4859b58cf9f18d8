/** Fetches a file of the site and makes sure that it is the one that was built. */

import type { KeepFailure, OfflineFile } from './messages';

export class KeepError extends Error {
  readonly failure: KeepFailure;

  constructor(failure: KeepFailure, options?: ErrorOptions) {
    super(`${failure.path}: ${failure.detail}`, options);
    this.failure = failure;
  }
}

/**
 * @param root the site's root, ending in a slash
 * @returns a response with the file's bytes and the server's own headers, fit to be kept
 * @throws KeepError `unreachable`, `status`, or `changed`: what came is not what the build made
 */
export async function fetchChecked(file: OfflineFile, root: string): Promise<Response> {
  try {
    return await attempt(file, root, 'default');
  } catch (thrown) {
    // A copy on the way, in the browser or at the host, may be an older one; asked for anew it is not used.
    if (thrown instanceof KeepError && thrown.failure.reason === 'changed')
      return attempt(file, root, 'reload');
    throw thrown;
  }
}

async function attempt(file: OfflineFile, root: string, cache: RequestCache): Promise<Response> {
  const { path } = file;
  // Some hosts answer `index.html` with a redirection to the folder.
  const url = new URL(path === 'index.html' ? './' : path, root).href;
  const fail = (reason: KeepFailure['reason'], detail: string, cause?: unknown) =>
    new KeepError({ reason, path, detail }, { cause });
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(url, { cache, credentials: 'same-origin', priority: 'low' });
    bytes = await response.arrayBuffer();
  } catch (cause) {
    throw fail('unreachable', String(cause), cause);
  }
  if (response.status !== 200) throw fail('status', String(response.status));
  if ((await sha256(bytes)) !== file.sha256)
    throw fail('changed', `${bytes.byteLength} bytes, not the ${file.bytes} expected`);
  // Made anew: a redirected response may not answer a navigation. Its bytes are no longer compressed.
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.set('content-length', String(bytes.byteLength));
  return new Response(bytes, { headers });
}

/** In hex. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
