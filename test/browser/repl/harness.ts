/** What the REPL tests share: a factory, a REPL over a text, and cells with sensible options. */

import { createReplFactory, type ReplFactoryOptions } from '../../../src/adapters/repl/repl-factory';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import type { CellResult, Repl, ReplInit, RunCellOptions, SubcallHandler } from '../../../src/core/ports';

export const noCalls: SubcallHandler = () => Promise.reject(new Error('no model in this test'));

/** Echoes each prompt, at once. */
export const echoCalls: SubcallHandler = ({ prompts }) =>
  Promise.resolve(prompts.map((prompt) => `<${prompt}>`));

export function factory(options: ReplFactoryOptions = {}) {
  return createReplFactory({ root: location.origin + '/', ...options });
}

export async function openRepl(
  from: ReturnType<typeof factory>,
  context: string | ContextSource = '',
  onSubcall: SubcallHandler = noCalls,
  more: Partial<ReplInit> = {},
): Promise<Repl> {
  const source = typeof context === 'string' ? textContext(context) : context;
  return from.open({ context: source, onSubcall, ...more }, new AbortController().signal);
}

export function cell(repl: Repl, code: string, options: Partial<RunCellOptions> = {}): Promise<CellResult> {
  return repl.run(code, { computeTimeoutMs: 30_000, signal: new AbortController().signal, ...options });
}

/** What {@link asChild} needs: a run that others are children of, open until the factory is closed. */
export async function openParent(from: ReturnType<typeof factory>): Promise<void> {
  await openRepl(from, '', noCalls, { treeId: 'cases', depth: 0 });
}

/** Opens as a child run does: most get, in milliseconds, an interpreter that others have used before, as new. */
export const asChild = { treeId: 'cases', depth: 1 };
