/** An answer's quotations and citations, taken out of its Markdown and replaced by marks that survive rendering. */

import { extractQuotations, type AnswerQuotation } from '../corpus/citations';

/** `[name @ start-end]`, perhaps with a place in words behind, outside of a quotation it belongs to. Code points. */
export interface AnswerCitation {
  readonly documentName: string;
  readonly start: number;
  readonly end: number;
}

export interface MarkedAnswer {
  /** Markdown in which `markPattern` finds the marks. */
  readonly markdown: string;
  readonly quotations: readonly AnswerQuotation[];
  readonly citations: readonly AnswerCitation[];
}

// Private-use characters: Markdown leaves them alone, and documents hardly have them. Where an answer does, they are
// replaced beforehand, so that no text can forge a mark.
const OPEN = '\ue000';
const CLOSE = '\ue001';
const CITATION =
  /\\?\[((?:[^[\]\n]|\[[^[\]\n]*\])+?)\s*@\s*(\d{1,15})(?:\s*[-–—]\s*(\d{1,15}))?(?:,(?:[^[\]\n]|\[[^[\]\n]*\]){0,200}?)?\\?\]/gu;

/** A mark in rendered text: group 1 is `q` or `c`, group 2 the index into `quotations` or `citations`. */
export const markPattern = /\ue000([qc])(\d+)\ue001/g;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function markAnswer(answer: string): MarkedAnswer {
  const clean = answer.replace(/[\ue000\ue001]/g, '\ufffd');
  const quotations = extractQuotations(clean);
  const citations: AnswerCitation[] = [];
  const edits: Edit[] = [];
  quotations.forEach((quotation, index) => {
    const at = markPlace(clean, quotation);
    edits.push({ start: at, end: at, text: `${OPEN}q${String(index)}${CLOSE}` });
  });
  for (const match of clean.matchAll(CITATION)) {
    if (insideCode(clean, match.index)) continue;
    const documentName = (match[1] ?? '').trim();
    const start = Number(match[2]);
    const end = Math.max(start, Number(match[3] ?? start));
    const owned = quotations.some(({ hint }) => hint?.documentName === documentName && hint.start === start);
    const text = owned ? '' : `${OPEN}c${String(citations.push({ documentName, start, end }) - 1)}${CLOSE}`;
    edits.push({ start: match.index, end: match.index + match[0].length, text });
  }
  return { markdown: apply(clean, edits), quotations, citations };
}

/** After the words of a quotation, before the citation that ends it and the space around that. */
function markPlace(answer: string, { start, end }: AnswerQuotation): number {
  const text = answer.slice(start, end);
  const cited = text.search(/[\s(–—-]*\\?\[[^\]\n]*@\s*\d+(?:[^[\]\n]|\[[^[\]\n]*\])*\]\)?\s*$/u);
  return start + (cited >= 0 ? cited : text.trimEnd().length);
}

/** Fenced or inline code is shown as written. */
function insideCode(text: string, at: number): boolean {
  const fences = text.slice(0, at).match(/^\s{0,3}(```|~~~)/gm)?.length ?? 0;
  if (fences % 2 === 1) return true;
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return (line.match(/`/g)?.length ?? 0) % 2 === 1;
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    let before = text.slice(at, edit.start);
    // A citation that is gone leaves no space before the full stop that followed it.
    if (edit.text === '') before = before.replace(/[ \t]+$/, '');
    result += before + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
