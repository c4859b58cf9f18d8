/** The drawings on a sheet: the text in their shapes, and how much in them is no text. */

import type { LossKind } from '../../../../core/corpus/structure';
import { parseXml } from '../xml';

export interface Drawing {
  /** The paragraphs of text boxes and shapes, in their order. */
  readonly lines: readonly string[];
  readonly losses: ReadonlyMap<LossKind, number>;
}

const counted: Readonly<Record<string, LossKind>> = {
  pic: 'images',
  chart: 'charts',
  relIds: 'drawings',
};

export function drawingOf(markup: string): Drawing {
  const lines: string[] = [];
  const losses = new Map<LossKind, number>();
  let paragraph: string | null = null;
  let inText = false;
  let fallbacks = 0;
  parseXml(markup, {
    open(name) {
      if (name === 'Fallback') fallbacks++; // the same again, for older programs
      if (fallbacks > 0) return;
      const what = counted[name];
      if (what !== undefined) losses.set(what, (losses.get(what) ?? 0) + 1);
      if (name === 'p') paragraph = '';
      else if (name === 't') inText = true;
      else if (name === 'br' && paragraph !== null) paragraph += '\n';
    },
    text(text) {
      if (inText && paragraph !== null) paragraph += text;
    },
    close(name) {
      if (name === 'Fallback') fallbacks--;
      else if (name === 't') inText = false;
      else if (name === 'p') {
        if (paragraph !== null && paragraph.trim() !== '') lines.push(paragraph.trim());
        paragraph = null;
      }
    },
  });
  return { lines, losses };
}
