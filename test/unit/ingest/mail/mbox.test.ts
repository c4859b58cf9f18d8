import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMbox } from '../../../../src/adapters/ingest/formats/mail/mbox';
import { marksOf, problemOf, readWith, stretch, type ReadResult } from '../../../fixtures/read-with';
import { dataJson, dataPath } from '../../../fixtures/shared-data';

function read(...lines: readonly string[]): Promise<ReadResult> {
  return readWith(readMbox, new Blob([lines.join('\n')]));
}

function messages(document: ReadResult): [string, string][] {
  return marksOf(document, 'message').map((mark) => [mark.label, stretch(document, mark)]);
}

const separator = 'From ada@example.com Mon Jun  1 10:00:00 2009';

describe('a mailbox', () => {
  test('is its messages, each marked with its subject', async () => {
    const document = await read(
      separator,
      'Subject: 🙂 One',
      '',
      'first',
      '',
      separator,
      '',
      'second',
      '',
      separator,
      'Subject: Three',
      '',
      'third',
    );
    expect(messages(document)).toEqual([
      ['🙂 One', 'Subject: 🙂 One\n\nfirst'],
      ['(message 2)', 'second'],
      ['Three', 'Subject: Three\n\nthird'],
    ]);
  });

  test('is parted where messages begin, not where prose begins alike', async () => {
    const document = await read(
      'From - Tue Jul 06 19:02:21 2021',
      'Subject: A',
      '',
      'From here on it goes wrong.',
      '',
      'From the start: nothing.',
      '>From quoted once',
      '>>From quoted twice',
      '> From kept',
      'From bob@example.com Tue Jul  6 19:02:21 +0200 2021',
      'Subject: B',
      '',
      'b',
      '',
      'From MAILER-DAEMON',
      'Subject: C',
      '',
      'c',
    );
    expect(messages(document)).toEqual([
      [
        'A',
        'Subject: A\n\nFrom here on it goes wrong.\n\nFrom the start: nothing.\nFrom quoted once\n>From quoted twice\n> From kept',
      ],
      ['B', 'Subject: B\n\nb'],
      ['C', 'Subject: C\n\nc'],
    ]);
  });

  test('with line ends of Windows is read alike', async () => {
    const document = await readWith(
      readMbox,
      new Blob([[separator, 'Subject: A', '', 'a', '', separator, 'Subject: B', '', 'b', ''].join('\r\n')]),
    );
    expect(messages(document)).toEqual([
      ['A', 'Subject: A\n\na'],
      ['B', 'Subject: B\n\nb'],
    ]);
  });

  test('hands on what is attached in a folder of its message', async () => {
    const attached = [
      'Subject: A',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/csv; name=a.csv',
      '',
      '1,2',
      '--b--',
    ];
    const { children } = await read(separator, 'Subject: none', '', 'x', '', separator, ...attached);
    expect(children.map(({ path }) => path)).toEqual(['message-2/a.csv']);
  });

  test('ends the sections of a message with the message', async () => {
    const document = await read(
      separator,
      'Content-Type: text/html',
      '',
      '<h1>Head</h1>words',
      '',
      separator,
      '',
      'next',
    );
    expect(marksOf(document, 'section').map((mark) => stretch(document, mark))).toEqual(['Head\n\nwords']);
  });

  test('with a broken message in it is read but for that', async () => {
    const flood = 'X-Spam: yes\n'.repeat(200_000).trimEnd();
    const document = await read(
      separator,
      'Subject: A',
      '',
      'a',
      '',
      separator,
      flood,
      '',
      separator,
      'Subject: B',
      '',
      'b',
    );
    expect(messages(document).map(([label]) => label)).toEqual(['A', 'B']);
    expect(document.losses).toEqual([{ what: 'unreadable-parts', count: 1 }]);
  });

  test('without a message is a problem', async () => {
    expect((await problemOf(readMbox, new Blob(['\n\n']))).code).toBe('empty');
  });

  test('larger than a block is read in the order it has, and shows that it is alive', async () => {
    const body = `${'From where I stand it is a long line of text. '.repeat(200)}\n`.repeat(4);
    const count = 240; // 9 MB: messages across the borders of blocks
    const all = Array.from({ length: count }, (_, at) => `${separator}\nSubject: ${String(at)}\n\n${body}\n`);
    const document = await readWith(readMbox, new Blob(all));
    expect(marksOf(document, 'message').map(({ label }) => label)).toEqual(all.map((_, at) => String(at)));
    expect(document.flushes).toBeGreaterThan(10);
  });
});

const folder = dataPath('documents/mbox');

describe.skipIf(folder === null)(`real mailboxes${folder === null ? ' (no shared data here)' : ''}`, () => {
  test.each(folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.mbox')))(
    '%s has the messages that Python finds in it',
    async (name) => {
      const expected = dataJson(`documents/mbox/${name}.expected.json`) as {
        subject: string;
        from: string;
      }[];
      const document = await readWith(readMbox, new Blob([readFileSync(`${folder ?? ''}/${name}`)]));
      const found = messages(document);
      expect(found).toHaveLength(expected.length);
      expected.forEach(({ subject, from }, at) => {
        if (subject !== 'None') expect(found[at]?.[0]).toBe(subject.trim());
        if (from !== 'None') expect(found[at]?.[1]).toContain(from);
      });
    },
  );
});
