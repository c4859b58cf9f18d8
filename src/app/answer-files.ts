/** The answer of a run as a file that can be handed on, with the evidence it rests on. */

import type { AnswerFormat } from '../core/answer/evidence';
import type { RunTree } from '../core/record/tree';
import { gatherEvidence, type CheckedAnswer } from './answer-evidence';
import type { CheckLibrary } from './check-marks';

/** The answer as sanitised HTML; made by the page, and fetched only for an HTML file. */
export type AnswerMarkup = (checked: CheckedAnswer) => Promise<string>;

export interface AnswerFileText {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

const forms: Readonly<Record<AnswerFormat, { readonly ending: string; readonly type: string }>> = {
  markdown: { ending: 'md', type: 'text/markdown' },
  html: { ending: 'html', type: 'text/html' },
  json: { ending: 'json', type: 'application/json' },
};

/** A script may hand over anything. */
export function isAnswerFormat(format: unknown): format is AnswerFormat {
  return typeof format === 'string' && Object.hasOwn(forms, format);
}

/** @throws whatever `markup` throws, as when a part of the page cannot be loaded */
export async function makeAnswerFile(
  tree: RunTree,
  format: AnswerFormat,
  library: CheckLibrary,
  markup: AnswerMarkup,
): Promise<AnswerFileText> {
  const { run } = tree;
  const checked = await gatherEvidence(library, run.answer, run.context.corpusId);
  const { ending, type } = forms[format];
  return {
    name: `${fileName(run.question)}.${ending}`,
    type,
    text: await write(tree, format, checked, markup),
  };
}

async function write(
  tree: RunTree,
  format: AnswerFormat,
  checked: CheckedAnswer,
  markup: AnswerMarkup,
): Promise<string> {
  const { evidence } = checked;
  const startedAt = new Date(tree.run.startedAtMs).toLocaleDateString('en-GB', { dateStyle: 'long' });
  switch (format) {
    case 'markdown':
      return (await import('../core/answer/export')).answerMarkdown(tree, evidence, startedAt);
    case 'html':
      return (await import('../core/answer/export-html')).answerHtml(
        tree,
        evidence,
        await markup(checked),
        startedAt,
      );
    case 'json': {
      const { answerFile } = await import('../core/answer/export-json');
      return `${JSON.stringify(answerFile(tree, evidence), null, 2)}\n`;
    }
  }
}

function fileName(question: string | null): string {
  const words = (question ?? '').replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60);
  return words.replace(/^-|-$/g, '') || 'answer';
}
