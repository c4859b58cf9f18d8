/** The codes of problems and notices, as they are read from disk. */

import * as v from 'valibot';
import type { ProblemCode } from '../../core/errors';
import type { NoticeCode } from '../../core/record/events';

/** The keys of an exhaustive record: the compiler asks for every member of the union, so none is dropped on reading. */
function all<T extends string>(members: Record<T, true>): T[] {
  return Object.keys(members) as T[];
}

const codes = all<ProblemCode>({
  auth: true,
  'rate-limited': true,
  server: true,
  'bad-request': true,
  'not-found': true,
  unreachable: true,
  'bad-response': true,
  interrupted: true,
  silent: true,
  'prompt-too-large': true,
  'model-unavailable': true,
  'gpu-unavailable': true,
  'gpu-memory': true,
  'gpu-lost': true,
  'gpu-busy': true,
  'download-failed': true,
  'bad-download': true,
  'library-outdated': true,
  grammar: true,
  runaway: true,
  'package-unavailable': true,
  'repl-start': true,
  'repl-lost': true,
  'repl-unsupported': true,
  'repl-protocol': true,
  unreadable: true,
  malformed: true,
  empty: true,
  'too-large': true,
  password: true,
  quota: true,
  'storage-blocked': true,
  'storage-outdated': true,
  limit: true,
  'out-of-turns': true,
  format: true,
  'invalid-argument': true,
  internal: true,
});
const notices = all<NoticeCode>({
  'format-reminder': true,
  'explore-first': true,
  'answer-held': true,
  'answer-refused': true,
  'limit-warning': true,
  'out-of-turns': true,
  compacted: true,
  'unknown-model': true,
  'interpreter-replaced': true,
  paused: true,
  'output-guarded': true,
  resumed: true,
  throttled: true,
  'six-connections': true,
  'gate-rejected': true,
  'replay-differs': true,
  'variables-restored': true,
});
export const problem = v.object({
  code: v.picklist(codes),
  message: v.string(),
  hint: v.exactOptional(v.string()),
});
export const noticeCode = v.picklist(notices);
