/** The names a REPL is opened with: those that are put back after every cell, and those a cell may take for itself. */

/** Restored after each cell, and refused for tools. `context_N` and `history_N` are reserved too, for any N. */
export const RESERVED_NAMES: readonly string[] = [
  'context',
  'history',
  'answer',
  'llm_query',
  'llm_query_batched',
  'rlm_query',
  'rlm_query_batched',
  'recursive_llm',
  'llm_call',
  'llm_batch',
  'llm_query_batch',
  'FINAL',
  'FINAL_VAR',
  'SHOW_VARS',
];

/** Offered, but a cell or a tool that uses such a name keeps its own. */
export const LIBRARY_NAMES: readonly string[] = [
  'peek',
  'grep',
  'search',
  'chunk_by_tokens',
  'split_sections',
  'table',
  'dedupe',
  'cite',
];

const NUMBERED = /^(?:context|history)_\d+$/;

export function isReserved(name: string): boolean {
  return RESERVED_NAMES.includes(name) || NUMBERED.test(name);
}

/** Python's keywords; a tool cannot be called by one. */
export const PYTHON_KEYWORDS: readonly string[] = [
  'False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del',
  'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal',
  'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield',
]; // prettier-ignore

/** Functions and types of Python itself that cells use all the time: a tool of that name would break them. */
export const PYTHON_BUILTINS: readonly string[] = [
  'abs', 'all', 'any', 'bool', 'bytes', 'callable', 'chr', 'dict', 'dir', 'enumerate', 'eval', 'exec', 'exit',
  'filter', 'float', 'format', 'getattr', 'hasattr', 'hash', 'id', 'input', 'int', 'isinstance', 'iter', 'len', 'list',
  'map', 'max', 'min', 'next', 'object', 'open', 'ord', 'print', 'quit', 'range', 'repr', 'reversed', 'round', 'set',
  'setattr', 'slice', 'sorted', 'str', 'sum', 'super', 'tuple', 'type', 'vars', 'zip', 'Exception', 'ValueError',
]; // prettier-ignore
