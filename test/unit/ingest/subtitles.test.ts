import { describe, expect, test } from 'vitest';
import { readSubtitles } from '../../../src/adapters/ingest/formats/subtitles';
import { marksOf, problemOf, readWith, stretch } from '../../fixtures/read-with';

const cuesIn = async (text: string): Promise<string[][]> => {
  const read = await readWith(readSubtitles, new Blob([text]));
  return marksOf(read, 'cue').map((mark) => [mark.label, stretch(read, mark)]);
};

describe('subtitles', () => {
  test('SRT, with tags, places and Windows line ends', async () => {
    const srt =
      '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Call me</i> Ishmael.\r\n{\\an8}Some years ago\r\n\r\n' +
      '2\r\n01:02:03,004 --> 01:02:05,000 X1:10 X2:20\r\n5 < 6 &amp; 7\r\n\r\n3\r\n01:02:06,000 --> 01:02:07,000\r\n\r\n';
    expect(await cuesIn(srt)).toEqual([
      ['0:00:01', 'Call me Ishmael.\nSome years ago'],
      ['1:02:03', '5 < 6 & 7'],
    ]);
  });

  test('WebVTT, with names of cues, voices, notes, styles and times within lines', async () => {
    const vtt =
      'WEBVTT - Title\n\nSTYLE\n::cue { color: red }\n\nNOTE not said\n\nintro\n00:07.000 --> 00:09.000 align:start\n' +
      '<v Ahab>Hast seen <00:08.000><c.loud>the white whale?</c>\n\n10:00:00.000 --> 10:00:01.000\nLast\n';
    expect(await cuesIn(vtt)).toEqual([
      ['0:00:07', 'Ahab: Hast seen the white whale?'],
      ['10:00:00', 'Last'],
    ]);
  });

  test('without a line that is said, they are named as such', async () => {
    expect(await problemOf(readSubtitles, new Blob(['WEBVTT\n\nNOTE nothing']))).toMatchObject({
      code: 'malformed',
    });
  });
});
