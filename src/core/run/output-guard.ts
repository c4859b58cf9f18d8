/** How much of what cells print may go to a root model on another host. */

import { SondeError } from '../errors';

/** What may be sent of a turn's output to a root model that is not on this device. Ignored for one that is. */
export type OutputGuard =
  | { readonly mode: 'off' }
  /** At most so many characters of a turn's output, head and tail. */
  | { readonly mode: 'cap'; readonly chars: number }
  /** The user reads every message with output before it is sent; see `RunPorts.review`. */
  | { readonly mode: 'ask' };

/** @throws SondeError `invalid-argument` */
export function checkGuard(guard: OutputGuard): void {
  const known = ['off', 'cap', 'ask'].includes(guard.mode);
  if (known && (guard.mode !== 'cap' || (Number.isInteger(guard.chars) && guard.chars >= 0))) return;
  const message =
    'A guard is { mode: "off" }, { mode: "ask" }, or { mode: "cap", chars } with a whole number.';
  throw new SondeError({ code: 'invalid-argument', message });
}
