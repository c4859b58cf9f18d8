/** Which way a request goes, and the text itself where it is put before the root model. */

import { textBytes, type ContextSource } from '../corpus/context';
import type { WayTaken } from '../record/events';
import type { DirectText } from '../turn/direct-prompt';
import { TokenGauge } from '../turn/tokens';
import type { RunRequest } from './request';
import { decideWay, refuseDirect, tooLongToAsk } from './way';

export interface WayWithText {
  readonly way: WayTaken;
  /** Null when the text stays in the REPL. */
  readonly text: DirectText | null;
}

/**
 * Decided by the size that is known; the text is read once, and counted, where it is to be put before the model.
 * @throws SondeError `invalid-argument` when it was to be asked directly and cannot be; what reading the text throws
 */
export async function wayOf(request: RunRequest): Promise<WayWithText> {
  const { way: asked = 'recurse', context, root, sub, guard = { mode: 'off' }, rerun = null } = request;
  // A record is gone through the way it went.
  const before = rerun && (rerun.record.way ?? { taken: 'recurse', reason: RECURSES });
  const rootSteps = request.ladders?.root ?? [];
  const way = before ?? decideWay({ asked, context, root, sub, rootSteps, guard });
  if (way.taken === 'recurse') return { way, text: null };
  if (before) return { way, text: { parts: [] } }; // the recorded messages hold it
  const text = await textOf(context);
  const gauge = new TokenGauge(root.contextTokens);
  const tokens = text.parts.reduce((sum, part) => sum + gauge.text(part.text), 0);
  // A text can be denser than its length lets one expect.
  const tooLong = tooLongToAsk(tokens, root);
  if (tooLong === null) return { way, text };
  if (asked === 'auto') return { way: { taken: 'recurse', reason: tooLong }, text: null };
  return refuseDirect(tooLong);
}

const RECURSES = 'It was asked so that it recurses.';

async function textOf(context: ContextSource): Promise<DirectText> {
  const payload = await context.open();
  if (payload.kind !== 'documents') {
    const name = context.documents[0]?.name ?? 'context';
    const utf8 = payload.kind === 'text' ? textBytes(payload) : payload.utf8;
    return { parts: [{ name, text: await utf8.text() }] };
  }
  const read = payload.documents.map(async ({ name, byteStart, byteEnd }) => ({
    name,
    text: await payload.utf8.slice(byteStart, byteEnd).text(),
  }));
  return { parts: await Promise.all(read) };
}
