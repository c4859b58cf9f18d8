/**
 * What crosses between page and worker beside plain values: failures with their code, and cancellation.
 * Comlink alone would keep only an error's text, and has no signals.
 */

import { SondeError, isAbort, toProblem, type Problem } from '../core/errors';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly aborted: boolean; readonly problem: Problem };

/** An API whose methods resolve to outcomes instead of rejecting. */
export type WithOutcomes<A> = {
  [K in keyof A]: A[K] extends (...args: infer P) => Promise<infer R>
    ? (...args: P) => Promise<Outcome<R>>
    : never;
};

/** Worker side: wraps every method of `api`. `A` must be a record of async functions. */
export function withOutcomes<A extends object>(api: A): WithOutcomes<A> {
  const wrapped = Object.entries(api).map(([name, method]) => [
    name,
    async (...args: unknown[]): Promise<Outcome<unknown>> => {
      try {
        return { ok: true, value: await (method as (...args: unknown[]) => Promise<unknown>)(...args) };
      } catch (thrown) {
        return { ok: false, aborted: isAbort(thrown), problem: toProblem(thrown) };
      }
    },
  ]);
  // `fromEntries` forgets the names; each was mapped to its own wrapper just above.
  return Object.fromEntries(wrapped) as WithOutcomes<A>;
}

/** Page side: the value, or the failure thrown as it was in the worker. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  if (outcome.aborted) throw new DOMException(outcome.problem.message, 'AbortError');
  throw new SondeError(outcome.problem);
}

/** A port that carries one message: the signal was aborted. Dispose when the call is over. */
export function cancelPort(signal: AbortSignal | undefined): { port: MessagePort; dispose: () => void } {
  const { port1, port2 } = new MessageChannel();
  const cancel = (): void => {
    port1.postMessage('cancel');
  };
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  return {
    port: port2,
    dispose: () => {
      signal?.removeEventListener('abort', cancel);
      port1.close();
    },
  };
}

/** Worker side of `cancelPort`. */
export function signalOf(port: MessagePort): AbortSignal {
  const controller = new AbortController();
  port.onmessage = () => {
    controller.abort();
    port.close();
  };
  return controller.signal;
}
