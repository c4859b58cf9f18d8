/** Books that are locked by their seller. Scrambled fonts are no lock: they are not read anyway. */

import { SondeError } from '../../../../core/errors';
import { attribute, descendants, parseTree } from '../xml';
import type { Zip } from '../zip';
import { addressIn } from './book-paths';

const FONT_SCRAMBLING = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']);
const MAX_PART_BYTES = 32 * 1024 * 1024;

/** The files of the book that are encrypted, in lower case. */
export async function lockedFiles(zip: Zip): Promise<ReadonlySet<string>> {
  const entry = zip.find('META-INF/encryption.xml');
  if (!entry) return new Set();
  const root = parseTree(await zip.text(entry, MAX_PART_BYTES));
  return new Set(
    descendants(root, 'EncryptedData').flatMap((data) => {
      const method = descendants(data, 'EncryptionMethod')[0];
      if (method && FONT_SCRAMBLING.has(attribute(method.attributes, 'Algorithm') ?? '')) return [];
      return descendants(data, 'CipherReference').map(({ attributes }) =>
        addressIn('', attribute(attributes, 'URI') ?? '').path.toLowerCase(),
      );
    }),
  );
}

export function lockedBook(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message:
      'This book is locked by its seller (DRM): its text is encrypted and can only be read in their app.',
    hint: 'Drop a copy without a lock, if you have one.',
  });
}
