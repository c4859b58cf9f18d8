/** Reads subtitles, SRT and WebVTT: what is said, and when. */

import { SondeError } from '../../../core/errors';
import type { FormatReader } from './reader';
import { wholeTextOf } from './text-source';

const MAX_SUBTITLES_BYTES = 100_000_000;
/** Hours may be missing, and commas stand for points. */
const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,]\d{1,3})?`;
const timing = new RegExp(`^\\s*${TIME}\\s*-{1,2}>\\s*${TIME}`);

export const readSubtitles: FormatReader = async (input, out) => {
  if (input.file.size > MAX_SUBTITLES_BYTES)
    throw new SondeError({
      code: 'too-large',
      message: 'These subtitles are larger than those of any film: over 100 MB.',
    });
  const text = await wholeTextOf(input.file, input.signal);
  const blocks = text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split(/\n[ \t]*(?:\n[ \t]*)+/);
  let cues = 0;
  for (const block of blocks) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => timing.test(line));
    // Before the time stands a number or a name at most; notes and styles have none.
    if (at < 0 || at > 1) continue;
    const words = lines
      .slice(at + 1)
      .map(spoken)
      .filter((line) => line !== '');
    if (words.length === 0) continue;
    const cue = out.open('cue', beginOf(lines[at] ?? ''));
    for (const line of words) out.line(line);
    cue.end();
    if (++cues % 1000 === 0) await out.flush();
  }
  if (cues === 0)
    throw new SondeError({
      code: 'malformed',
      message: 'No line of these subtitles has both a time and words.',
      hint: 'If it is plain text, give the file the ending .txt and drop it again.',
    });
};

/** `0:01:05`: hours, minutes and seconds of when it begins. */
function beginOf(line: string): string {
  const [, hours = '0', minutes = '0', seconds = '0'] = timing.exec(line) ?? [];
  return [String(Number(hours)), minutes.padStart(2, '0'), seconds.padStart(2, '0')].join(':');
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

/** Without tags, places on the screen and times within the line. Who speaks stays. */
function spoken(line: string): string {
  return line
    .replace(/<v(?:\.[^\s>]*)?\s+([^>]+)>/gi, '$1: ')
    .replace(/<\/?(?:[a-z][^>]{0,200}|[\d:.]{4,20})>/gi, '')
    .replace(/\{\\[^}]{0,200}\}/g, '')
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => named[name] ?? '')
    .trim();
}
