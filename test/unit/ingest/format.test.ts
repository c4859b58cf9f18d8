import { describe, expect, test } from 'vitest';
import { binaryFormatOf, textFormatOf } from '../../../src/adapters/ingest/format';
import { refuseKnown } from '../../../src/adapters/ingest/signatures';

function bytes(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** A tar header as before POSIX: no mark, but a checksum. */
function oldTar(): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(512);
  block.set(bytes('readme.txt'));
  block.set(bytes('0000644\0'), 100);
  block.set(bytes('        '), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(bytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}

describe('what a file is, its bytes say', () => {
  test.each([
    ['%PDF-1.7\n', 'pdf'],
    ['\n\n  %PDF-1.4', 'pdf'],
    ['PK\x03\x04rest', 'zip'],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'ole'],
    ['{\\rtf1\\ansi', 'rtf'],
    ['\x1f\x8b\x08', 'gzip'],
    ['\x89PNG\r\n\x1a\n', 'image'],
    ['\xff\xd8\xff\xe0', 'image'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image'],
    ['RIFF\0\0\0\0WAVEfmt ', null],
    ['plain words', null],
  ])('%j is %s', (start, format) => {
    expect(binaryFormatOf(bytes(start))).toBe(format);
  });

  test('a tar of any age', () => {
    expect(binaryFormatOf(oldTar())).toBe('tar');
    const broken = oldTar();
    broken[0] = 0x41;
    expect(binaryFormatOf(broken)).toBeNull();
  });
});

describe('what a text is, its beginning says', () => {
  const mail = 'From: a@b.c\nTo: d@e.f\nSubject: Hello\n\nBody';
  test.each([
    ['<!DOCTYPE html><p>x', 'page', 'html'],
    ['<!-- made by hand -->\n<html lang="en">', 'page.txt', 'html'],
    ['<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', 'page', 'html'],
    ['a < b and b > a', 'page.html', 'text'],
    ['<p>Only a piece', 'piece.htm', 'html'],
    ['# Title\n<html> is a tag', 'notes.md', 'text'],
    ['<html></html>', 'component.svelte', 'text'],
    ['WEBVTT\n\n00:01.000 --> 00:02.000', 'talk.vtt', 'subtitles'],
    ['1\n00:00:01,000 --> 00:00:02,500\nHello', 'talk.srt', 'subtitles'],
    ['1\n2\n3', 'numbers.txt', 'text'],
    [mail, 'message', 'email'],
    [mail, 'message.txt', 'email'],
    ['Subject: only this\n\nBody', 'note.txt', 'text'],
    ['Subject: only this\n\nBody', 'note.eml', 'email'],
    ['From alice@example.org Mon Jan 1 00:00:00 2024\nSubject: x\n\nBody', 'inbox', 'mbox'],
    ['From alice@example.org Mon Jan 1 00:00:00 2024\nSubject: x\n\nBody', 'one.eml', 'email'],
    ['From the beginning, there was light.\n', 'story.txt', 'text'],
    ['{"cells": [{"cell_type": "code", "source": []}]}', 'analysis', 'notebook'],
    ['{"cells": 3}', 'data.json', 'text'],
    ['{', 'broken.ipynb', 'notebook'],
    ['<?xml version="1.0"?><office:document office:mimetype="x">', 'letter.fodt', 'flat-odf'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'logo.svg', 'text'],
  ])('%j in %s is %s', (start, path, format) => {
    expect(textFormatOf(start, path)).toBe(format);
  });
});

describe('what has no reader is refused by name', () => {
  test.each([
    ['Rar!\x1a\x07\0', 'RAR archives cannot be read.'],
    ['7z\xbc\xaf\x27\x1c', '7-Zip archives cannot be read.'],
    ['SQLite format 3\0', 'Databases cannot be read.'],
    ['\x7fELF\x02', 'Programs cannot be read.'],
    ['MZ\x90\0\x03\0', 'Programs cannot be read.'],
  ])('%j', (start, message) => {
    expect(() => {
      refuseKnown(bytes(start));
    }).toThrow(message);
  });

  test('text that only begins like one is not', () => {
    for (const text of ['MZ and BZh are letters', 'ID3 tags, RIFF raff', 'PAR1 for the course'])
      expect(() => {
        refuseKnown(bytes(text));
      }).not.toThrow();
  });
});
