import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEml } from '../../../../src/adapters/ingest/formats/mail/eml';
import { readWith, type ReadResult } from '../../../fixtures/read-with';
import { dataJson, dataPath } from '../../../fixtures/shared-data';
import { recall } from '../../../fixtures/recalled-words';

interface Expected {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly date: string;
  readonly parts: readonly {
    readonly type: string;
    readonly filename: string | null;
    readonly text?: string;
  }[];
}

const folder = dataPath('documents/eml');
// Python does not read UTF-16 mails.
const names = (folder === null ? [] : readdirSync(folder)).filter(
  (name) => name.endsWith('.eml') && !name.includes('utf-16'),
);

describe.skipIf(folder === null)(`real messages${folder === null ? ' (no shared data here)' : ''}`, () => {
  const readReal = (name: string): Promise<ReadResult> =>
    readWith(readEml, new Blob([readFileSync(`${folder ?? ''}/${name}`)]));

  test.each(names)('%s has its headers, its text and its files', async (name) => {
    const expected = dataJson(`documents/eml/${name}.expected.json`) as Expected;
    const document = await readReal(name);
    const flat = document.text.replace(/[\s"]+/g, ' '); // quotation marks around names are a matter of taste

    for (const value of [expected.subject, expected.from, expected.to])
      if (value !== 'None') expect(flat).toContain(value.replace(/\s+/g, ' '));
    for (const { type, filename, text } of expected.parts) {
      if (type === 'text/plain' && filename === null)
        expect(recall(document.text, text ?? '')).toBeGreaterThanOrEqual(0.97);
      if (filename !== null && !filename.endsWith('.p7s'))
        expect(document.children.map(({ path }) => path)).toContain(filename);
    }
  });

  test('fake-email-utf-16-le.eml has its subject and text', async () => {
    expect((await readReal('fake-email-utf-16-le.eml')).text).toMatch(
      /Subject: Test Email\n[^]*Roses are red/,
    );
  });
});
