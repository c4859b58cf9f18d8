/** Any error thrown on the way to a reply → a failure the retry rules and the user understand. */

import type { Session } from './client';
import {
  badResponseFailure,
  failureOf,
  interruptedFailure,
  readServerError,
  unreachableFailure,
  type FailureContext,
  type ServerError,
} from './failures';
import { ErrorInReply, NotAReply } from './reply';
import { retryAfterMs, type Failure } from './retry';

export interface ClassifiedFailure extends Failure {
  /** What the server said, when it said something. */
  readonly serverError?: ServerError;
}

/** The package wraps what happens before a reply in its own errors; anything else broke off the reply itself. */
export function classify(
  thrown: unknown,
  context: FailureContext,
  { APIError, APIConnectionError }: Session,
  nowMs: number,
): ClassifiedFailure {
  if (thrown instanceof NotAReply) return badResponseFailure(context, thrown.kind);
  if (thrown instanceof ErrorInReply) return reported(null, thrown.body, context, null);
  if (thrown instanceof APIConnectionError) return unreachableFailure(context, thrown.cause);
  if (thrown instanceof APIError) {
    const status: unknown = thrown.status;
    const headers: unknown = thrown.headers;
    const wait = headers instanceof Headers ? retryAfterMs(headers, nowMs) : null;
    return reported(typeof status === 'number' ? status : null, { error: thrown.error }, context, wait);
  }
  return interruptedFailure(context, thrown);
}

function reported(
  status: number | null,
  body: unknown,
  context: FailureContext,
  waitMs: number | null,
): ClassifiedFailure {
  const serverError = readServerError(status, body);
  return { ...failureOf(serverError, context, waitMs), serverError };
}
