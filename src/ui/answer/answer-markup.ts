/** A checked answer as HTML text, cleaned as on the page, for a file of its own. */

import type { CheckedAnswer } from '../../app/answer-evidence';
import { placeMarks } from './place-marks';
import { renderMarkdown } from './render-markdown';

/** Marks lead to `#e0`, `#e1`, … in the order of the evidence. */
export function answerMarkup({ answer, marks }: Pick<CheckedAnswer, 'answer' | 'marks'>): string {
  const fragment = renderMarkdown(answer.markdown);
  placeMarks(fragment, marks, (index) => `#e${String(index)}`);
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
}
