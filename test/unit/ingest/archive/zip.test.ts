/** Zip archives: real ones entry by entry, and those that are broken or made to do harm. */

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Zip } from '../../../../src/adapters/ingest/formats/zip';
import { dataPath } from '../../../fixtures/shared-data';

const folder = dataPath('documents/zip');

interface Expected {
  name: string;
  size: number;
  dir: boolean;
  encrypted: boolean;
  sha256?: string;
  error?: string;
}

/** Names that Python 3.11 reads from the field for older programs although one in Unicode stands beside it. */
const unicodeBeside: Record<string, string> = { '_15.txt': '€15.txt' };

describe.skipIf(folder === null)('real zip files (skipped where the shared data is not there)', () => {
  const names = readdirSync(folder ?? '.').filter((name) => name.endsWith('.zip'));
  it.each(names)('%s has the names and bytes that Python finds in it', async (name) => {
    const path = join(folder ?? '', name);
    const zip = await Zip.open(new Blob([readFileSync(path)]));
    const expected = JSON.parse(readFileSync(`${path}.expected.json`, 'utf8')) as Expected[];
    const found = await Promise.all(
      zip.entries.map(async (entry) => ({
        name: entry.name,
        size: entry.sizeBytes,
        dir: entry.isFolder,
        encrypted: entry.isEncrypted,
        got: await zip.bytes(entry).then(sha256, (thrown: unknown) => String(thrown)),
      })),
    );
    expect(found).toEqual(
      expected.map(({ name: expectedName, size, dir, encrypted, sha256: digest, error }) => ({
        name: unicodeBeside[expectedName] ?? expectedName,
        size,
        dir,
        encrypted,
        got: error === undefined ? digest : expect.stringMatching(/SondeError: .*(?:password|unknown way)/),
      })),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
