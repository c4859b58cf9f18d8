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
import { hostsOf, type Reached } from './hosts';
import type { OutputGuard } from './output-guard';

/** Larger texts are explored even where they would fit: models read long ones badly, and every turn sends them again. */
const DIRECT_TOKENS = 16_000;
/** What the system prompt and the question take at most of what a model can be given. */
const PROMPT_SHARE = 0.2;

export interface WayInput {
  readonly asked: WayAsked;
  readonly context: Pick<ContextSource, 'kind' | 'chars'>;
  readonly root: Reached & Pick<ChatModel, 'name' | 'contextTokens' | 'codeOnly'>;
  readonly sub: Reached;
  /** The models root turns can move up to: whoever takes over is sent the text too. */
  readonly rootSteps: readonly Reached[];
  readonly guard: OutputGuard;
}

/** Tokens of text that can be put before a root model at most, beside the instructions. */
function directRoomTokens({ contextTokens }: Pick<ChatModel, 'contextTokens'>): number {
  return Math.floor(inputRoomTokens(contextTokens) * (1 - PROMPT_SHARE));
}

/** Why a text of so many tokens cannot be put before a root model, in a sentence; null when it can. */
export function tooLongToAsk(tokens: number, root: WayInput['root']): string | null {
  const room = directRoomTokens(root);
  if (tokens <= room) return null;
  return `The text takes ${about(tokens)}; beside the instructions, ${root.name} has room for ${thousands(room)}.`;
}

/** @throws SondeError `invalid-argument` with what to do instead */
export function refuseDirect(message: string, hint = SHORTER): never {
  throw new SondeError({ code: 'invalid-argument', message, hint });
}

const SHORTER = 'Choose a root model with a larger window, fewer documents, or let it recurse.';

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
  if (root.codeOnly === true)
    refuseDirect(`${root.name} cannot be asked directly.`, 'Choose another root model, or let it recurse.');
  if (context.kind === 'json')
    refuseDirect('Only text and documents can be asked directly.', 'Let it recurse.');
  if (root.host !== null && guard.mode !== 'off')
    refuseDirect(
      `The guard on what goes to ${root.host} is on, and asking directly sends it all of the text.`,
      'Switch the guard off, or let it recurse.',
    );
  const tooLong = tooLongToAsk(tokens, root);
  if (tooLong !== null) refuseDirect(tooLong);
}

/** Why it is explored by code after all, in a sentence; null when nothing speaks against asking directly. */
function reasonAgainst({ context, root, sub, rootSteps, guard }: WayInput, tokens: number): string | null {
  if (root.codeOnly === true) return `${root.name} works through code.`;
  if (context.kind === 'json') return 'What it is asked about is data rather than text.';
  if (root.host !== null && guard.mode !== 'off')
    return `The guard on what goes to ${root.host} is on, and asking directly would send it all of the text.`;
  const known = hostsOf(sub);
  const stranger = [root, ...rootSteps].flatMap((one) => [...hostsOf(one)]).find((host) => !known.has(host));
  if (stranger !== undefined)
    return `Asking directly would show the whole text to ${stranger}, which only sees what the code prints otherwise.`;
  const room = Math.min(DIRECT_TOKENS, Math.floor(inputRoomTokens(root.contextTokens) / 2));
  if (tokens <= room) return null;
  return `The text takes ${about(tokens)}; only up to ${thousands(room)} are put before ${root.name} as they are.`;
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
