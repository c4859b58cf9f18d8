/** Whether this browser can run the sandbox, said before anyone starts. */

import { SondeError, type Problem } from '../../core/errors';

/** True when Python can wait for an answer: JavaScript promise integration. */
export function canSuspend(): boolean {
  return typeof WebAssembly === 'object' && 'Suspending' in WebAssembly && 'promising' in WebAssembly;
}

/** Why no run can be started in this browser, naming ones that work; null when it can. */
export function missingSupport(): Problem | null {
  if (canSuspend()) return null;
  return {
    code: 'repl-unsupported',
    message:
      'Questions cannot be asked in this browser: it cannot pause Python while a model answers (JavaScript promise integration is missing). Documents can be kept and searched.',
    hint: 'Use a current Chrome, Edge or Firefox.',
  };
}

/** @throws SondeError `repl-unsupported` */
export function requireSupport(): void {
  const problem = missingSupport();
  if (problem) throw new SondeError(problem);
}
