/**
 * Whether the text is put before the root model as it is, or stays in the REPL to be explored: decided by size alone, and
 * never so that a host is shown more than the person chose.
 */

import type { ContextSource } from '../corpus/context';
import { estimateTokens } from '../corpus/library';
import { SondeError } from '../errors';
import type { ChatModel } from '../ports';
import type { WayAsked, WayTaken } from '../record/events';
import { inputRoomTokens } from '../turn/sizes';
import type { OutputGuard } from './output-guard';

/** Larger texts are explored even where they would fit: models read long ones badly, and every turn sends them again. */
const DIRECT_TOKENS = 16_000;

export interface WayInput {
  readonly asked: WayAsked;
  readonly context: Pick<ContextSource, 'kind' | 'chars'>;
  readonly root: Pick<ChatModel, 'name' | 'host' | 'contextTokens' | 'codeOnly'>;
  readonly sub: Pick<ChatModel, 'host'>;
  readonly guard: OutputGuard;
}

/** @throws SondeError `invalid-argument` when it is to be asked directly and cannot be */
export function decideWay(input: WayInput): WayTaken {
  const { asked, context, root } = input;
  if (asked === 'recurse') return { taken: 'recurse', reason: 'You chose that it always recurses.' };
  const tokens = estimateTokens(context.chars);
  if (asked === 'direct') {
    checkDirect(input, tokens);
    return {
      taken: 'direct',
      reason: `You chose to ask directly: the text takes ${about(tokens)} of the ${thousands(root.contextTokens)} ${root.name} can read.`,
    };
  }
  const against = reasonAgainst(input, tokens);
  if (against !== null) return { taken: 'recurse', reason: against };
  return {
    taken: 'direct',
    reason: `The text takes ${about(tokens)}, and ${root.name} reads ${thousands(root.contextTokens)} at once.`,
  };
}

function checkDirect({ context, root, guard }: WayInput, tokens: number): void {
  const room = inputRoomTokens(root.contextTokens);
  const refuse = (message: string, hint: string): never => {
    throw new SondeError({ code: 'invalid-argument', message, hint });
  };
  if (root.codeOnly === true)
    refuse(`${root.name} cannot be asked directly.`, 'Choose another root model, or let it recurse.');
  if (context.kind === 'json') refuse('Only text and documents can be asked directly.', 'Let it recurse.');
  if (root.host !== null && guard.mode !== 'off')
    refuse(
      `The guard on what goes to ${root.host} is on, and asking directly sends it all of the text.`,
      'Switch the guard off, or let it recurse.',
    );
  if (tokens > room)
    refuse(
      `The text takes ${about(tokens)}, and ${root.name} can be given ${thousands(room)}.`,
      'Choose a root model with a larger window, fewer documents, or let it recurse.',
    );
}

/** Why it is explored by code after all, in a sentence; null when nothing speaks against asking directly. */
function reasonAgainst({ context, root, sub, guard }: WayInput, tokens: number): string | null {
  if (root.codeOnly === true) return `${root.name} works through code.`;
  if (context.kind === 'json') return 'What it is asked about is data rather than text.';
  if (root.host !== null && guard.mode !== 'off')
    return `The guard on what goes to ${root.host} is on, and asking directly would send it all of the text.`;
  if (root.host !== null && root.host !== sub.host)
    return `Asking directly would show the whole text to ${root.host}, which only sees what the code prints otherwise.`;
  const room = Math.min(DIRECT_TOKENS, Math.floor(inputRoomTokens(root.contextTokens) / 2));
  if (tokens <= room) return null;
  return `The text takes ${about(tokens)}; up to ${thousands(room)} would be asked of ${root.name} directly.`;
}

function about(tokens: number): string {
  return `about ${thousands(tokens)} tokens`;
}

/** `950`, `12k`, `1.2M`: the same figures for every reader, whatever their language. */
function thousands(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return `${trimmed(count / 1000)}k`;
  return `${trimmed(count / 1e6)}M`;
}

function trimmed(value: number): string {
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
