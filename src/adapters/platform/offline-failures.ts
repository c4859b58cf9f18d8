/** What keeps the site from being kept for offline use, in words. */

import { SondeError } from '../../core/errors';
import type { KeepFailure } from '../../../workers/offline/messages';

export function explainFailure({ reason, path, detail }: KeepFailure, cause: unknown = detail): SondeError {
  const problem = (code: SondeError['code'], message: string, hint: string) =>
    new SondeError({ code, message, hint }, { cause });
  switch (reason) {
    case 'unreachable':
      return problem('unreachable', `${path} could not be fetched.`, 'Check the connection, then try again.');
    case 'status':
      return problem(
        'unreachable',
        `The host answered ${detail} for ${path}.`,
        'It may be in the middle of an update. Try again in a few minutes.',
      );
    case 'changed':
      return problem(
        'malformed',
        `${path} arrived different from what was published (${detail}).`,
        'The host may be in the middle of an update, or something on the way changes files. Try again in a few minutes.',
      );
    case 'quota':
      return problem(
        'quota',
        'There is no room left for this site on the disk.',
        'Remove a corpus or a model, or free some disk space, then try again.',
      );
    case 'storage':
      return problem(
        'storage-blocked',
        `This browser did not keep the files (${detail}).`,
        'Reload the page, or reset the offline copy, then try again.',
      );
  }
}
