/** What holds inside a pair of braces in RTF, and is as before after it. */

import type { ParagraphFormat } from './flow';
import type { Destination } from './words';

export interface Group {
  destination: Destination;
  /** Where the text goes beside an older form of itself (`\upr`). */
  besides: Destination | null;
  /** What text is gathered in that is kept apart. */
  capture: { text: string } | null;
  font: number;
  /** How many characters stand after `\u` for readers that do not know it. */
  charsAfterUnicode: number;
  isHidden: boolean;
  isDeleted: boolean;
  inTable: boolean;
  tableDepth: number;
  outlineLevel: number | null;
  style: number;
  listLevel: number;
  /** The picture of an object is not counted as one. */
  inObject: boolean;
  /** After `\*`: what is not known is skipped. */
  isIgnorable: boolean;
  ends: (() => void) | null;
}

const NO_HEADING = 9;

export function firstGroup(): Group {
  return {
    destination: 'text',
    besides: null,
    capture: null,
    font: -1,
    charsAfterUnicode: 1,
    isHidden: false,
    isDeleted: false,
    inTable: false,
    tableDepth: 0,
    outlineLevel: null,
    style: -1,
    listLevel: 0,
    inObject: false,
    isIgnorable: false,
    ends: null,
  };
}

export function innerGroup(outer: Group): Group {
  return { ...outer, isIgnorable: false, ends: null };
}

export function resetParagraph(group: Group): void {
  group.inTable = false;
  group.tableDepth = 0;
  group.outlineLevel = null;
  group.style = -1;
  group.listLevel = 0;
}

/** `styleLevel`: what the style sheet says, from 0. */
export function formatOf(group: Group, styleLevel: number | null): ParagraphFormat {
  const level = group.outlineLevel ?? styleLevel;
  return {
    depth: group.inTable ? Math.max(1, group.tableDepth) : group.tableDepth > 1 ? group.tableDepth : 0,
    level: level === null || level >= NO_HEADING ? null : level + 1,
    listLevel: group.listLevel,
  };
}
