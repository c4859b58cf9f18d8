/** The address packages come from, as a user or a script gives it. */

import { SondeError } from '../core/errors';

/**
 * @returns the address of the folder, ending in a slash
 * @throws SondeError `invalid-argument` for what is no web address
 */
export function readPackageSource(given: string, example: string): string {
  const address = given.trim().replace(/\/*$/, '/');
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) return url.href;
  throw new SondeError({
    code: 'invalid-argument',
    message: 'This is not the address of a folder on the web.',
    hint: `It looks like ${example}`,
  });
}

export function hostOf(address: string): string {
  return new URL(address).host;
}
