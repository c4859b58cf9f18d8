/**
 * What the reference tells its root model, against what is told here. The words differ by design, and so does the number
 * of messages: one user message a turn carries what two carry there. Compared is what they say: which output, under
 * which header, how much of it, which variables; which kind and size of context; which turn, contexts and histories.
 */

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import { jsonContext, listContext } from '../../../src/core/corpus/given-context';
import type { CellResult } from '../../../src/core/ports';
import { tellEarlier } from '../../../src/core/run/follow-up';
import { feedbackMessage } from '../../../src/core/turn/feedback';
import { firstMessage, type PromptFacts } from '../../../src/core/turn/prompts';
import { deriveSizes } from '../../../src/core/turn/sizes';
import { cellResult } from '../../fixtures/cell-result';
import { protocolCases, type ProtocolCase } from '../../fixtures/protocol-cases';

const skipped = (cases: unknown) => (cases === null ? ' (skipped: data not here)' : '');

const messagesSchema = v.array(v.object({ role: v.string(), content: v.string() }));

// ---- the output of a turn --------------------------------------------------------------------------------------------

const iterationSchema = v.object({
  response: v.string(),
  blocks: v.array(
    v.object({
      code: v.string(),
      stdout: v.string(),
      stderr: v.string(),
      locals: v.record(v.string(), v.unknown()),
    }),
  ),
  max_character_length: v.optional(v.number(), 20_000),
});

/** The kinds the reference lists, by what JSON kept of them; a name that begins with an underscore never is. */
function variablesOf(locals: Readonly<Record<string, unknown>>): CellResult['variables'] {
  const names = Object.keys(locals).filter((name) => !name.startsWith('_') && locals[name] !== null);
  return Object.fromEntries(names.map((name) => [name, typeof locals[name]]));
}

const iterations = protocolCases('format_iteration');
describe.skipIf(iterations === null)(`official outputs${skipped(iterations)}`, () => {
  it.each(iterations ?? [])('$id', ({ input, expect: expected }: ProtocolCase) => {
    const { blocks, max_character_length: limit } = v.parse(iterationSchema, input);
    const results = blocks.map(({ stdout, stderr, locals }) =>
      cellResult({ stdout, stderr, variables: variablesOf(locals) }),
    );
    const ours = feedbackMessage({
      results,
      outputChars: limit,
      notes: [],
      nextTurn: 2,
      maxTurns: 30,
      budget: '',
      closing: null,
    });
    const [reply, ...told] = v.parse(messagesSchema, expected['messages']);
    expect(reply?.role).toBe('assistant');
    const theirs = told.map(({ content }) => content).join('\n');

    const headers = (text: string) => text.match(/REPL output(?: \(block \d+\))?:/g);
    // The older form has a message for each block, so that it numbers none.
    const numbered = told.length === 1;
    expect(headers(ours)?.length).toBe(headers(theirs)?.length);
    if (numbered) expect(headers(ours)).toEqual(headers(theirs));

    for (const { stdout, stderr } of blocks) {
      for (const text of [stdout, stderr]) {
        // There the head is kept, and the header and the variables count; here head and tail, to the limit itself.
        if (text.length <= limit) expect(ours).toContain(text.trim());
        else {
          const kept = Math.ceil(limit / 2) - 1; // a surrogate pair is never cut in two
          expect(ours).toContain(text.slice(0, kept));
          expect(ours).toContain(text.slice(-kept));
          expect(ours).toContain(`of ${text.length.toLocaleString('en-US')} characters cut here`);
        }
      }
      if (stdout === '' && stderr === '') expect(ours).toContain('No output');
    }
    expect(ours).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
    // Variables are told once, after the last block, and never cut off.
    const names = Object.keys(variablesOf(blocks.at(-1)?.locals ?? {}));
    const line = /^REPL variables: (.*)$/m.exec(ours)?.[1];
    expect(line).toBe(names.length === 0 ? 'none yet' : results.at(-1) && described(results.at(-1)));
  });
});

function described(result: CellResult | undefined): string {
  return Object.entries(result?.variables ?? {})
    .map(([name, kind]) => `${name} (${kind})`)
    .join(', ');
}

// ---- the context -----------------------------------------------------------------------------------------------------

function contextOf(given: unknown): ContextSource {
  if (typeof given === 'string') return textContext(given);
  const long = v.safeParse(v.object({ repeat: v.string(), n: v.number() }), given);
  if (long.success) return textContext(long.output.repeat.repeat(long.output.n));
  const texts = v.safeParse(v.array(v.string()), given);
  return texts.success ? listContext(texts.output) : jsonContext(given);
}

function facts(context: ContextSource, more: Partial<PromptFacts> = {}): PromptFacts {
  const model = { contextTokens: 128_000 };
  return {
    question: null,
    context,
    sizes: deriveSizes(model, model),
    depthLeft: 0,
    batchWidth: 16,
    maxTurns: 30,
    ...more,
  };
}

const prompts = protocolCases('metadata_message');
describe.skipIf(prompts === null)(`official first messages${skipped(prompts)}`, () => {
  it.each(prompts ?? [])('$id', ({ input, expect: expected }: ProtocolCase) => {
    const context = contextOf(input['context']);
    const [theirs] = v.parse(messagesSchema, expected['messages_after_system']);
    const official = /Your context is a (\w+) (?:of|with) (\d+) total characters/.exec(theirs?.content ?? '');
    const ours = firstMessage(facts(context));
    expect(ours).toContain(`Your context is a ${official?.[1] ?? '?'}`);
    // Of a dict the reference adds up the values alone; here it is the size of what Python holds, as JSON.
    const chars =
      context.kind === 'json' ? JSON.stringify(input['context']).length : Number(official?.[2] ?? NaN);
    expect(ours).toContain(`${chars.toLocaleString('en-US')} characters`);
    const [lengths] = /\[[\d, ]+\]/.exec(theirs?.content ?? '') ?? [];
    if (context.kind === 'documents') {
      const sizes = context.documents.map((document) => document.chars);
      expect(JSON.stringify(sizes)).toBe(lengths?.replaceAll(' ', ''));
      for (const [at, size] of sizes.entries())
        expect(ours).toContain(`context[${at}]  context[${at}]  ${size} `);
    }
  });
});

// ---- the turn --------------------------------------------------------------------------------------------------------

const turnSchema = v.object({
  root_prompt: v.optional(v.string()),
  iteration: v.number(),
  context_count: v.optional(v.number(), 1),
  history_count: v.optional(v.number(), 0),
  max_iterations: v.optional(v.number(), 30),
});

const turns = protocolCases('turn_prompt');
describe.skipIf(turns === null)(`official turns${skipped(turns)}`, () => {
  it.each(turns ?? [])('$id', ({ input }: ProtocolCase) => {
    const asked = v.parse(turnSchema, input);
    const { iteration, max_iterations: maxTurns, history_count: histories } = asked;
    const earlier = Array.from({ length: histories }, (_, n) => ({
      runId: `run-${n}`,
      question: `Question ${n}?`,
      answer: `Answer ${n}.`,
      context: textContext(`context ${n}`, `c${n}`, `c${n}`),
      messages: [],
    }));
    const context = textContext('the newest', 'newest', 'newest');
    const follows = { runId: 'run', earlier, repl: null, saved: null };
    const told = histories > 0 ? tellEarlier(follows, context, { roomChars: 2_000, guarded: false }) : null;
    const first = firstMessage(
      facts(context, { question: asked.root_prompt ?? null, maxTurns, earlier: told }),
    );
    // The first message stays with the model, so that contexts and histories are named there and not in every turn.
    expect(first).toContain('You have not looked at the context yet');
    expect(first).toContain(asked.root_prompt ?? 'Do what the context asks.');
    expect(first).toContain(`Turn 1/${maxTurns}:`);
    if (histories > 0) {
      expect(first).toContain(`\`history_0\``);
      expect(first).toContain(`\`history_${histories - 1}\``);
      expect(first).toContain(`\`context_0\``);
      expect(first).toContain(`\`context_${histories}\``);
      expect(asked.context_count).toBe(histories + 1);
    } else expect(first).not.toContain('history_');
    if (iteration === 0) return;
    const later = feedbackMessage({
      results: [cellResult()],
      outputChars: 20_000,
      notes: [],
      nextTurn: iteration + 1,
      maxTurns,
      budget: '',
      closing: null,
    });
    expect(later.endsWith(`Turn ${iteration + 1}/${maxTurns}:`)).toBe(true);
    expect(later).not.toContain('not looked at the context');
  });
});
