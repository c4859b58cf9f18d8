/** What is done between cells: the next question, tools, variables to keep. Python does it, and may be hostile by then. */

import type { ContextPayload } from '../../src/core/corpus/context';
import type { SavedVariables } from '../../src/core/ports';
import { BlobBytes, type Bridge } from './bridge';
import {
  WIRE_LIMITS as LIMITS,
  type FollowText,
  type JobGoods,
  type JobResult,
  type ToolFailure,
} from './wire';

/** `sonde.runtime.between`: answers with JSON, `{"value"}` or `{"problem"}`. */
export type Between = (kind: string, text: string) => Promise<string>;

type BetweenKind = 'follow' | 'tools' | 'save' | 'restore';

/** Where Python reads variables saved before; contexts are numbered from 0. */
const PICKLED = -1;

/** `[name, id, byte start, byte end]` per document, and where its structure lies, as Python takes it. */
export function slicesOf(context: ContextPayload, name: string): string {
  const slices = context.kind === 'documents' ? context.documents : [];
  const one = context.kind === 'text' ? context.document : undefined;
  const rows = (one ? [one] : slices).map((slice) => [
    slice.name,
    slice.id,
    slice.byteStart,
    slice.byteEnd,
    ...(slice.structure ? [slice.structure.byteStart, slice.structure.byteEnd] : []),
  ]);
  return JSON.stringify(context.kind === 'documents' || one ? rows : [[name, '', 0, context.utf8.size]]);
}

export async function doBetween(
  kind: BetweenKind,
  text: string,
  goods: JobGoods,
  bridge: Bridge,
  between: Between,
): Promise<JobResult> {
  const ask = async (question: string) => JSON.parse(await between(kind, question)) as Told;
  switch (kind) {
    case 'follow':
      return {
        kind,
        problem: (await ask(followText(text, goods, bridge))).problem?.slice(0, LIMITS.textChars) ?? null,
      };
    case 'tools':
      return { kind, failed: failureOf(await ask(text)) };
    case 'save': {
      const { value } = await ask('');
      const { saved } = bridge;
      bridge.saved = null;
      if (!saved || saved.size > LIMITS.savedBytes) return { kind, saved: null };
      return {
        kind,
        saved: value ? { ...(value as Omit<SavedVariables, 'pickled'>), pickled: saved } : null,
      };
    }
    case 'restore': {
      if (!goods.pickled) throw new Error('there is nothing to restore from');
      bridge.sources.set(PICKLED, new BlobBytes(goods.pickled));
      const { value } = await ask(String(goods.pickled.size));
      bridge.sources.delete(PICKLED);
      return { kind, failed: (value as string[] | undefined) ?? null };
    }
  }
}

/** The value is what the runtime made, and the page checks it again. */
interface Told {
  readonly value?: unknown;
  readonly problem?: string;
}

function followText(text: string, { context }: JobGoods, bridge: Bridge): string {
  const turn = JSON.parse(text) as FollowText;
  if (!context) return text;
  bridge.sources.set(turn.number, new BlobBytes(context.utf8));
  return JSON.stringify({ ...turn, kind: context.kind, slices: slicesOf(context, turn.name) });
}

function failureOf({ value, problem }: Told): ToolFailure | null {
  if (problem !== undefined) return { tool: '', line: null, message: problem.slice(0, LIMITS.textChars) };
  return (value as ToolFailure | null | undefined) ?? null;
}
