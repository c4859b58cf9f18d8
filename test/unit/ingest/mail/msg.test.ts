import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMsg } from '../../../../src/adapters/ingest/formats/mail/msg';
import { rtfIn } from '../../../../src/adapters/ingest/formats/mail/packed-rtf';
import { readWith } from '../../../fixtures/read-with';
import { dataPath } from '../../../fixtures/shared-data';

const path = dataPath('documents/msg_legacy/fake-email-attachment.msg');

test.skipIf(path === null)(
  'a message of Outlook: its headers, its text and what is attached (skipped without the documents)',
  async () => {
    const read = await readWith(readMsg, new Blob([readFileSync(path ?? '')]));
    expect(read.text).toContain('Subject: Fake email with attachment');
    expect(read.text).toMatch(/From: .*mallori/i);
    expect(read.text).toContain("Here's the attachments!");
    expect(read.children.map(({ path: name }) => name)).toEqual(['fake-attachment.txt']);
    expect(await read.children[0]?.file.text()).toContain('Hey this is a fake attachment!');
    expect(read.metadata.title).toBe('Fake email with attachment');
    expect(read.metadata.createdAt).toMatch(/^2022-12-23T/);
  },
);

test('packed rich text unpacks to what was packed', () => {
  // The example of [MS-OXRTFCP], 4.1.1.
  const hex =
    '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
  const packed = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const text = new TextDecoder('latin1').decode(rtfIn(packed));
  expect(text).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
});

test('a length that lies takes no memory', () => {
  const lies = new Uint8Array(20);
  new DataView(lies.buffer).setUint32(4, 0xffffffff, true);
  new DataView(lies.buffer).setUint32(8, 0x75465a4c, true);
  expect(rtfIn(lies).length).toBeLessThan(200);
});
