/** Which mark stands before a notice: what is a warning, and what shape says what it is about. */

import type { NoticeCode } from '../../core/record/events';
import type { IconName } from '../kit/icons';

export interface NoticeMark {
  readonly icon: IconName;
  readonly warning: boolean;
}

const PLAIN: NoticeMark = { icon: 'info', warning: false };
const WARNING: NoticeMark = { icon: 'warning', warning: true };

const MARKS: Readonly<Partial<Record<NoticeCode, NoticeMark>>> = {
  'limit-warning': WARNING,
  'interpreter-replaced': WARNING,
  'gate-rejected': { icon: 'sentBack', warning: true },
  'replay-differs': { icon: 'differs', warning: true },
  throttled: { icon: 'narrow', warning: false },
  'six-connections': { icon: 'narrow', warning: false },
  resumed: { icon: 'resume', warning: false },
  'variables-restored': { icon: 'history', warning: false },
};

export function noticeMark(code: NoticeCode): NoticeMark {
  return MARKS[code] ?? PLAIN;
}
