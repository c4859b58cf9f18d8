/** The head of a Word file from before 2007 (FIB, [MS-DOC]): where its texts and its tables of them lie. */

import { SondeError } from '../../../../core/errors';

/** Sub-documents, one behind the other in one stream of characters, in this order. */
export type StoryName =
  'body' | 'footnotes' | 'headers' | 'macros' | 'comments' | 'endnotes' | 'boxes' | 'headerBoxes';

export interface Story {
  readonly from: number;
  readonly to: number;
}

/** Tables of the table stream by their number in the list of them. */
export const TABLES = {
  footnoteReferences: 2,
  footnoteTexts: 3,
  commentReferences: 4,
  commentTexts: 5,
  headers: 11,
  characterPages: 12,
  paragraphPages: 13,
  fonts: 15,
  pieces: 33,
  commentAuthors: 36,
  endnoteReferences: 46,
  endnoteTexts: 47,
} as const;

const STORIES: readonly StoryName[] = [
  'body',
  'footnotes',
  'headers',
  'macros',
  'comments',
  'endnotes',
  'boxes',
  'headerBoxes',
];
const MAGIC = 0xa5ec;
const WORD_97 = 0xc1;
const WORD_6 = 0x65;
const [COMPLEX, ENCRYPTED, SECOND_TABLE] = [0x04, 0x100, 0x200];
const LENGTHS_AT = 0x4c;
const TABLES_AT = 0x9a;
const OLD_LENGTHS_AT = 0x34;
const HEAD_BYTES = 0x9a;

export interface Fib {
  /** `0Table`, `1Table`; null before Word 97, which has no such stream. */
  readonly tableStream: string | null;
  readonly stories: Readonly<Record<StoryName, Story>>;
  /** Where the text begins, for files without pieces. */
  readonly textAt: number;
  /** Start and length of a table in the table stream. */
  table(index: number): readonly [at: number, sizeBytes: number];
}

/** @throws SondeError `password`, `malformed`, `unreadable` (older than Word 6) */
export function fibOf(document: DataView): Fib {
  if (document.byteLength < HEAD_BYTES || document.getUint16(0, true) !== MAGIC) throw damaged();
  const version = document.getUint16(2, true);
  const flags = document.getUint16(10, true);
  if (flags & ENCRYPTED) throw locked();
  const isOld = version < WORD_97;
  if (version < WORD_6 || (isOld && flags & COMPLEX)) throw tooOld();
  const lengthsAt = isOld ? OLD_LENGTHS_AT : LENGTHS_AT;
  let from = 0;
  const stories = STORIES.map((name, at) => {
    const chars = document.getUint32(lengthsAt + at * 4, true);
    const story = { from, to: from + Math.min(chars, document.byteLength) };
    from = story.to;
    return [name, story] as const;
  });
  return {
    tableStream: isOld ? null : flags & SECOND_TABLE ? '1Table' : '0Table',
    stories: Object.fromEntries(stories) as Record<StoryName, Story>,
    textAt: document.getUint32(0x18, true),
    table: (index) => {
      const at = TABLES_AT + index * 8;
      if (isOld || at + 8 > document.byteLength) return [0, 0];
      return [document.getUint32(at, true), document.getUint32(at + 4, true)];
    },
  };
}

export function damaged(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This Word file is damaged: its text cannot be found.',
    hint: 'Open it in Word or LibreOffice, save it as DOCX, and drop that.',
  });
}

function locked(): SondeError {
  return new SondeError({
    code: 'password',
    message: 'This Word document is protected with a password.',
    hint: 'Open it in Word, save it without the password, and drop that.',
  });
}

function tooOld(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'Word files this old cannot be read.',
    hint: 'Open it in Word or LibreOffice, save it as DOCX, and drop that.',
  });
}
