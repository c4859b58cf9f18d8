import { describe, expect, test } from 'vitest';
import * as article from '../../../../src/adapters/ingest/formats/html/article';
import { readEml } from '../../../../src/adapters/ingest/formats/mail/eml';
import type { ReaderInput } from '../../../../src/adapters/ingest/formats/reader';
import { problemOf, readWith, type ReadResult } from '../../../fixtures/read-with';

const load = ((name) =>
  name === 'article' ? Promise.resolve(article) : Promise.reject(new Error(name))) as ReaderInput['load'];

function read(message: string | Uint8Array<ArrayBuffer>): Promise<ReadResult> {
  return readWith(readEml, new Blob([message]), { load });
}

/** Lines as mail has them. */
const mail = (...lines: readonly string[]): string => lines.join('\r\n') + '\r\n';

const part = (type: string, ...lines: readonly string[]): string[] => [
  '--b',
  `Content-Type: ${type}`,
  '',
  ...lines,
];

const multipart = (kind: string, ...parts: readonly string[][]): string =>
  mail(
    'From: a@example.com',
    'Subject: S',
    `Content-Type: multipart/${kind}; boundary=b`,
    '',
    ...parts.flat(),
    '--b--',
  );

async function childTexts(document: ReadResult): Promise<[string, string][]> {
  return Promise.all(
    document.children.map(async ({ path, file }): Promise<[string, string]> => [path, await file.text()]),
  );
}

describe('a message', () => {
  test('has its headers as lines and as what it says of itself, and then its text', async () => {
    const document = await read(
      mail(
        'Received: from x',
        'From: =?utf-8?Q?Ad=C3=A4?= <ada@example.com>',
        'To: Bob <bob@example.com>,',
        '\t=?iso-8859-1?B?R3L832U=?= <g@example.com>',
        'Date: Fri, 16 Dec 2022 17:04:16 -0500 (EST)',
        'Subject: Hello =?utf-8?B?4pi4?=',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=FC=DFe,',
        '',
        '> quoted',
      ),
    );
    expect(document.text).toBe(
      'From: Adä <ada@example.com>\nTo: Bob <bob@example.com>, Grüße <g@example.com>\n' +
        'Date: Fri, 16 Dec 2022 17:04:16 -0500 (EST)\nSubject: Hello ☸\n\nGrüße,\n\n> quoted\n',
    );
    expect(document.metadata).toEqual({
      title: 'Hello ☸',
      author: 'Adä <ada@example.com>',
      to: 'Bob <bob@example.com>, Grüße <g@example.com>',
      createdAt: '2022-12-16T17:04:16-05:00',
    });
  });

  test('said in plain text and in HTML is written once, in the one that says more', async () => {
    const alike = await read(
      multipart(
        'alternative',
        part('text/plain', 'Hello there *Bob*'),
        part('text/html', '<p>Hello there <b>Bob</b></p>'),
      ),
    );
    expect(alike.text).toBe('From: a@example.com\nSubject: S\n\nHello there *Bob*\n');
    const html = '<h1>Report</h1><table><tr><th>a<th>b<tr><td>1<td>2</table>';
    const shorter = await read(
      multipart('alternative', part('text/plain', 'Report'), part('text/html', html)),
    );
    expect(shorter.text).toBe('From: a@example.com\nSubject: S\n\nReport\n\na\tb\n1\t2\n');
    const other = await read(
      multipart('alternative', part('text/plain', 'Please open this elsewhere'), part('text/html', html)),
    );
    expect(other.text).toContain('Please open this elsewhere\n\nReport\n\na\tb\n1\t2\n');
  });

  test('hands on what is attached under its name, or by what it is', async () => {
    const document = await read(
      multipart(
        'mixed',
        part('text/plain', 'See these'),
        [
          '--b',
          'Content-Type: text/csv; name="../a/b.csv"',
          'Content-Transfer-Encoding: base64',
          '',
          btoa('x,y'),
        ],
        ['--b', 'Content-Type: application/pdf', 'Content-Disposition: attachment', '', '%PDF'],
        ['--b', 'Content-Type: text/csv', 'Content-Disposition: attachment; filename=b.csv', '', '1'],
        ['--b', 'Content-Type: image/png', 'Content-ID: <i>', 'Content-Disposition: inline', '', 'x'],
      ),
    );
    expect(await childTexts(document)).toEqual([
      ['b.csv', 'x,y'],
      ['attachment-2.pdf', '%PDF\n'],
      ['b-2.csv', '1\n'],
    ]);
    expect(document.text).toContain('Attachments: b.csv, attachment-2.pdf, b.csv\n\nSee these\n');
    expect(document.losses).toEqual([{ what: 'images', count: 1 }]);
  });

  test('forwarded in another is part of its text, attached it is a file', async () => {
    const inner = ['From: c@example.com', 'Subject: Inner', '', 'inner words'];
    const document = await read(
      multipart('mixed', part('text/plain', 'outer words'), part('message/rfc822', ...inner), [
        '--b',
        'Content-Type: message/rfc822; name=note',
        'Content-Disposition: attachment',
        '',
        ...inner,
      ]),
    );
    expect(document.text).toContain('outer words\n\nFrom: c@example.com\nSubject: Inner\n\ninner words\n');
    expect(document.children.map(({ path }) => path)).toEqual(['note.eml']);
  });

  test('holds uuencoded files as files', async () => {
    const document = await read(
      mail('Subject: S', '', 'before', 'begin 644 hi.txt', '"2&D`', '`', 'end', 'begin with care', 'after'),
    );
    expect(document.text).toBe('Subject: S\nAttachments: hi.txt\n\nbefore\nbegin with care\nafter\n');
    expect(await childTexts(document)).toEqual([['hi.txt', 'Hi']]);
  });

  test.each([
    ['UTF-16 with a mark', '\ufeff', 'utf16le'],
    ['UTF-16 without one', '', 'utf16le'],
    ['UTF-8 with a mark', '\ufeff', 'utf8'],
  ] as const)('saved as %s is read', async (_, mark, encoding) => {
    const text =
      mark +
      mail('From: a@example.com', 'Subject: Größe', 'Content-Type: text/plain; charset=utf-16', '', 'Maß');
    const source = encoding === 'utf8' ? text.replace('utf-16', 'utf-8') : text;
    const document = await read(new Uint8Array(Buffer.from(source, encoding)));
    expect(document.text).toBe('From: a@example.com\nSubject: Größe\n\nMaß\n');
  });

  test('in an old encoding it does not declare is read', async () => {
    const bytes = Buffer.from(
      mail('Subject: Gr\xfc\xdfe', '', 'Stra\xdfe und M\xfcnchen, s\xfc\xdf und gr\xfcn'),
      'latin1',
    );
    expect((await read(new Uint8Array(bytes))).text).toBe(
      'Subject: Grüße\n\nStraße und München, süß und grün\n',
    );
  });

  test('with broken headers and a line of a mailbox before them is read', async () => {
    const document = await read(
      mail('', 'From x Mon Jun 01 10:00:00 2009', 'Subject: ok', 'no colon here', ': x', '', 'body'),
    );
    expect(document.text).toBe('Subject: ok\n\nbody\n');
  });

  test('saved from a browser is the page', async () => {
    const page = await read(
      mail(
        'From: <Saved by Blink>',
        'Snapshot-Content-Location: https://example.com/',
        'Subject: A page',
        'Content-Type: multipart/related; type="text/html"; boundary=b',
        '',
        ...part(
          'text/html',
          '<html><head><title>A page</title></head><body><h1>Head</h1><p>words</p><img src=x alt="">',
        ),
        '--b--',
      ),
    );
    expect(page.text).toBe('Head\n\nwords\n');
    expect(page.metadata.title).toBe('A page');
  });
});

describe('what cannot be had is said', () => {
  test('encrypted mail', async () => {
    const document = await read(
      mail(
        'Subject: S',
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
        '',
        'AAAA',
      ),
    );
    expect(document.problem?.message).toContain('encrypted');
    expect(document.text).toBe('Subject: S\n');
  });

  test('attachments wrapped by Outlook', async () => {
    const document = await read(
      multipart('mixed', part('text/plain', 'x'), part('application/ms-tnef; name=winmail.dat', 'AAAA')),
    );
    expect(document.lostChildren).toMatchObject([{ path: 'winmail.dat', problem: { code: 'unreadable' } }]);
  });

  test('nothing at all', async () => {
    expect((await problemOf(readEml, new Blob(['\r\n\r\n']))).code).toBe('empty');
  });

  test('parts in parts without end, headers by the million, parts by the million', async () => {
    const nested = Array.from({ length: 2000 }, (_, at) => [
      ...(at > 0 ? [`--b${String(at - 1)}`] : []),
      `Content-Type: multipart/mixed; boundary=b${String(at)}`,
      '',
    ]).flat();
    for (const message of [
      mail(...nested),
      `${'X-Spam: yes\r\n'.repeat(300_000)}\r\nx`,
      multipart('mixed', [`--b\r\n`.repeat(300_000)]),
    ])
      expect((await problemOf(readEml, new Blob([message]))).code).toBe('malformed');
  });

  test('messages in messages are read to a depth', async () => {
    let message = mail('Subject: innermost', '', 'deep');
    for (let at = 0; at < 30; at++)
      message = mail(
        `Subject: ${String(at)}`,
        `Content-Type: multipart/mixed; boundary=b${String(at)}`,
        '',
        `--b${String(at)}`,
        'Content-Type: message/rfc822',
        '',
        message,
        `--b${String(at)}--`,
      );
    const document = await read(message);
    expect(document.text.match(/Subject:/g)).toHaveLength(6);
    expect(document.children).toHaveLength(1);
  });
});
