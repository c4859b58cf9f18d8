/** What to say when the database cannot be opened, or a transaction fails. */

import { SondeError } from '../../core/errors';

export function outdated(): SondeError {
  return new SondeError({
    code: 'storage-outdated',
    message:
      'A newer version of Sonde was opened in another tab, so this tab has let go of the stored documents.',
    hint: 'Reload this tab. Everything is kept.',
  });
}

export function blockedByTab(): SondeError {
  return new SondeError({
    code: 'storage-outdated',
    message: 'Another tab with an older version of Sonde still holds the stored documents.',
    hint: 'Close or reload the other tab, then try again. Everything is kept.',
  });
}

export function newer(): SondeError {
  return new SondeError({
    code: 'storage-outdated',
    message: 'The stored documents were written by a newer version of Sonde.',
    hint: 'Reload this page without its cache to get that version. Nothing was changed.',
  });
}

/** IndexedDB's and Dexie's failures as the user meets them. Anything else comes back as it is. */
export function inWords(thrown: unknown): unknown {
  if (thrown instanceof SondeError) return thrown;
  const names = errorNames(thrown);
  if (names.has('QuotaExceededError'))
    return new SondeError(
      {
        code: 'quota',
        message: 'There is no room left for this site on the disk. What was stored before is kept.',
        hint: 'Remove a corpus or free some disk space, then try again.',
      },
      { cause: thrown },
    );
  const blocked = [
    'MissingAPIError',
    'OpenFailedError',
    'InvalidStateError',
    'SecurityError',
    'UnknownError',
  ];
  if (blocked.some((name) => names.has(name)))
    return new SondeError(
      {
        code: 'storage-blocked',
        message: 'This browser does not let the page store anything here.',
        hint: 'Leave the private window, or allow site data for this page, then reload.',
      },
      { cause: thrown },
    );
  return thrown;
}

/** Names of an error and of all it wraps: Dexie tells of a full disk inside an AbortError or a BulkError. */
function errorNames(thrown: unknown, names = new Set<string>()): Set<string> {
  if (thrown === null || typeof thrown !== 'object') return names;
  if ('name' in thrown && typeof thrown.name === 'string') {
    if (names.size > 20) return names;
    names.add(thrown.name);
  }
  if ('inner' in thrown) errorNames(thrown.inner, names);
  if ('failures' in thrown && Array.isArray(thrown.failures)) errorNames(thrown.failures[0], names);
  return names;
}
