/** Whether this browser can run the sandbox, said before anyone starts. */

import { SondeError } from '../../core/errors';

/** True when Python can wait for an answer: JavaScript promise integration. */
export function canSuspend(): boolean {
  return typeof WebAssembly === 'object' && 'Suspending' in WebAssembly && 'promising' in WebAssembly;
}

/** @throws SondeError `repl-unsupported` naming browsers that work */
export function requireSupport(): void {
  if (canSuspend()) return;
  throw new SondeError({
    code: 'repl-unsupported',
    message:
      'This browser cannot pause Python while it waits for a model (JavaScript promise integration is missing).',
    hint: 'Use Chrome or Edge 137 or later, or Firefox 140 or later.',
  });
}
