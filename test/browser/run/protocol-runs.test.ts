/**
 * The reference implementation's whole runs, gone through with real Python: the same replies in the same order give the
 * same answer, the same cells the same output, and the same sub-calls are asked. Messages are compared by what they
 * carry: every reply byte for byte, and every line a cell printed in the message after it, which is one here and two there.
 */

import { afterAll, describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import { jsonContext } from '../../../src/core/corpus/given-context';
import type { ChatMessage, Repl } from '../../../src/core/ports';
import type { RunEvent } from '../../../src/core/record/events';
import { foldRun } from '../../../src/core/record/fold';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/run/limits';
import type { EarlierQuestion, RunOutcome } from '../../../src/core/run/request';
import type { Tool } from '../../../src/core/run/tools';
import { systemClock } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedCall } from '../../fixtures/scripted-model';
import { factory } from '../repl/harness';
import { casesOfKind } from '../repl/test-data';

interface Asked {
  readonly prompt: unknown;
  readonly root_prompt?: string;
  readonly responses: readonly string[];
}

interface OfficialCell {
  readonly stdout: string;
  readonly stderr: string;
}

type OfficialRequest =
  | { readonly kind: 'root'; readonly messages: readonly ChatMessage[] }
  | { readonly kind: 'sub'; readonly prompt: string };

interface Expected {
  readonly final?: string;
  readonly error?: string;
  readonly cells?: readonly (readonly OfficialCell[])[];
  readonly requests: readonly OfficialRequest[];
  readonly unused_responses: number;
}

interface RunCase {
  readonly id: string;
  readonly input: {
    readonly completions: readonly Asked[];
    readonly options: Readonly<Record<string, number | boolean>>;
    readonly persistent: boolean;
    readonly usage_per_call: { readonly input: number; readonly output: number };
    readonly tools_py: string | null;
  };
  readonly expect: { readonly completions: readonly Expected[] };
}

/** What is expected instead where the reference has a defect or this protocol says otherwise, and why. */
interface Sane {
  readonly why: string;
  readonly final?: string;
  readonly cells?: readonly (readonly OfficialCell[])[];
  readonly unused?: number;
  /** Arguments that make no sense are refused in words. */
  readonly refused?: RegExp;
  /** Replies said once more when they have run out. */
  readonly again?: number;
  /** Tokens of the root's window. */
  readonly window?: number;
}

/** The reference's scripts hold it in the place where it asks for it; here it is given whenever it is asked for. */
const SUMMARY = 'SUMMARY TEXT';
const quiet: OfficialCell = { stdout: '', stderr: '' };
const printed = (stdout: string): OfficialCell => ({ stdout, stderr: '' });
const childFailed = 'Error: RLM query failed - maxErrors: a cell failed';
const exploreFirst: Sane = { why: 'an answer before any look at the context is refused once', again: 1 };
const partial = 'child gives up\n[partial answer: All 2 turns were used before an answer was given.]';
const partialWithReason = (last: readonly OfficialCell[]): Sane => ({
  why: 'a partial answer says that it is one, and why',
  final: partial,
  cells: [[printed(`${partial}\n`)], last],
});
const tokensFirst: Sane = { why: 'a request that cannot fit the limit is not sent at all', unused: 4 };
const historyOfFour = (final: readonly (readonly OfficialCell[])[]): Sane => ({
  why: 'the history of a question has one user message a turn, and its last reply',
  cells: final,
});

const SANE: Readonly<Record<string, Sane>> = {
  'run/max_tokens': tokensFirst,
  'run/rlm_query_child_error_is_text': {
    why: 'the words of the failure are our own',
    final: childFailed,
    cells: [[printed(`${childFailed}\n`)], [quiet]],
  },
  'run/rlm_query_child_hits_max_iter': partialWithReason([quiet]),
  'legacy/run/rlm_query_child_hits_max_iter': partialWithReason([]),
  'run/persistent_three': historyOfFour([[printed('c1 c2 c3 5 5\n')], [quiet]]),
  'legacy/run/persistent_three': historyOfFour([[printed('c1 c2 c3 5 5\n')], []]),
  'legacy/run/depth0_is_plain_llm': {
    why: 'the reference crashes',
    refused: /maxDepth must be a whole number of 1 or more/,
  },
  'legacy/run/final_multiline': exploreFirst,
  'legacy/run/compaction': {
    why: 'the reference compacts before the first reply and takes that reply for the summary',
    window: 700,
    cells: [[printed(`${'q'.repeat(3_000)}\n`)], [printed('2 dict\n')], []],
  },
};

const LIMITS: Readonly<Record<string, keyof Limits>> = {
  max_iterations: 'maxTurns',
  max_depth: 'maxDepth',
  max_errors: 'maxErrors',
  max_tokens: 'maxTokens',
  max_timeout: 'maxTimeS',
};

const cases = await casesOfKind<RunCase>('run');
const repls = factory();
afterAll(() => repls.close());

function limitsOf(options: RunCase['input']['options']): Limits {
  const given = Object.entries(options).flatMap(([name, value]) =>
    LIMITS[name] ? [[LIMITS[name], value]] : [],
  );
  return { ...DEFAULT_LIMITS, ...(Object.fromEntries(given) as Partial<Limits>) };
}

function contextOf(prompt: unknown): ContextSource {
  return typeof prompt === 'string' ? textContext(prompt) : jsonContext(prompt as object);
}

/** The reference's tools are a Python dict; here each is Python of its own that picks its value out of it. */
function toolsOf(source: string | null): Tool[] {
  if (source === null) return [];
  const names = [...source.matchAll(/["'](\w+)["']\s*:\s*\{\s*["']tool["']/g)].map((match) => match[1] ?? '');
  return names.map((name) => ({
    name,
    python: `${source}\n${name} = TOOLS[${JSON.stringify(name)}]["tool"]`,
    description: 'as the reference describes it',
    offeredTo: 'both',
  }));
}

/** Root turns from the list, sub-calls by the reference's rule. */
function modelOf(asked: Asked, input: RunCase['input'], sane: Sane | undefined) {
  const queue = asked.responses.filter((text) => text !== SUMMARY);
  const last = asked.responses.at(-1) ?? '';
  for (let n = sane?.again ?? 0; n > 0; n--) queue.push(last);
  const { input: inputTokens, output: outputTokens } = input.usage_per_call;
  const model = scriptedModel({
    ...(sane?.window !== undefined && { contextTokens: sane.window }),
    rule: ({ messages }) => {
      const [first] = messages;
      const usage = { inputTokens, outputTokens };
      if (first?.role !== 'system') {
        const prompt = first?.content ?? '';
        if (prompt.includes('FAIL')) throw new Error('boom');
        return { text: `R${prompt.length}:${prompt.slice(0, 12)}`, usage };
      }
      const sumUp = messages.at(-1)?.content.startsWith('Your window is nearly full');
      const text = sumUp ? SUMMARY : queue.shift();
      if (text === undefined) throw new Error('no reply is left');
      return { text, usage };
    },
  });
  return { model, left: () => queue.length };
}

/** Replies and prompts in the order they came, and every line of output behind the reply that had it printed. */
function compareRequests(calls: readonly ScriptedCall[], official: readonly OfficialRequest[]): void {
  const roots = calls.filter(({ messages }) => messages[0]?.role === 'system');
  const subs = calls.filter(({ messages }) => messages[0]?.role !== 'system');
  const prompts = official.flatMap((request) => (request.kind === 'sub' ? [request.prompt] : []));
  for (const { messages } of subs) expect(messages.map(({ role }) => role)).toEqual(['user']);
  expect(subs.map(({ messages }) => messages[0]?.content).sort()).toEqual(prompts.sort());
  const conversations = official.flatMap((request) => (request.kind === 'root' ? [request.messages] : []));
  expect(roots).toHaveLength(conversations.length);
  for (const [at, theirs] of conversations.entries()) {
    const ours = roots[at]?.messages ?? [];
    const roles = ours.map(({ role }) => role).join(' ');
    expect(roles, 'one user message a turn').toMatch(/^system user(?: assistant user)*$/);
    const replies = (list: readonly ChatMessage[]) =>
      list.flatMap(({ role, content }) =>
        role === 'assistant' && !content.startsWith('Please provide') ? [content] : [],
      );
    expect(replies(ours)).toEqual(replies(theirs));
    const outputs = theirs.filter(({ role, content }) => role === 'user' && content.includes('REPL output'));
    const shown = ours
      .slice(3)
      .map(({ content }) => content)
      .join('\n');
    for (const { content } of outputs) for (const line of linesOf(content)) expect(shown).toContain(line);
  }
}

/** What a cell printed or raised, without the headers and the variables line. */
function linesOf(content: string): string[] {
  const header = /^(?:REPL output.*|REPL variables.*|Code executed:|```.*|No output|)$/;
  const body = content.replace(/Code executed:\n```python\n[\s\S]*?\n```\n/g, '');
  return body.split('\n').filter((line) => !header.test(line));
}

describe.skipIf(!cases)(cases ? 'reference runs' : 'reference runs (skipped: no test data here)', () => {
  it.for(cases ?? [])('$id', async ({ id, input, expect: { completions } }) => {
    const earlier: EarlierQuestion[] = [];
    let kept: Repl | null = null;
    for (const [at, asked] of input.completions.entries()) {
      const isLast = at === input.completions.length - 1;
      const sane = isLast ? SANE[id] : undefined;
      const official = completions[at];
      if (!official) throw new Error('the case has no expectation');
      const { model, left } = modelOf(asked, input, sane);
      const events: RunEvent[] = [];
      const context = contextOf(asked.prompt);
      const question = asked.root_prompt ?? null;
      const tools = toolsOf(input.tools_py);
      const before = earlier.at(-1);
      let messages: readonly ChatMessage[] = [];
      const running: Promise<RunOutcome> = complete(
        {
          question,
          context,
          corpus: null,
          root: model,
          sub: model,
          limits: limitsOf(input.options),
          ...(tools.length > 0 && { tools }),
          ...(before && { follows: { runId: before.runId, earlier: [...earlier], repl: kept, saved: null } }),
        },
        {
          repls,
          clock: systemClock,
          newId: () => crypto.randomUUID(),
          onEvent: (event) => events.push(event),
          ...(input.persistent && {
            keepRepl: (_: string, repl: Repl, said: readonly ChatMessage[]) => {
              kept = repl;
              messages = said;
            },
          }),
        },
        new AbortController().signal,
      );
      if (sane?.refused) {
        await expect(running).rejects.toThrow(sane.refused);
        expect(left()).toBe(official.unused_responses);
        return;
      }
      const outcome = await running;
      if (official.error === undefined) {
        const outOfTurns = outcome.problem?.code === 'out-of-turns';
        expect(outcome).toMatchObject(
          outOfTurns ? { status: 'partial' } : { status: 'answered', problem: null },
        );
        expect(outcome.answer).toBe(sane?.final ?? official.final);
        const cells = foldRun(events)?.run.turns.map((turn) =>
          turn.cells.map(({ result }) => ({ stdout: result?.stdout, stderr: result?.stderr })),
        );
        const theirs = (sane?.cells ?? official.cells ?? []).slice(0, outOfTurns ? -1 : undefined);
        // A refused answer is a turn without cells.
        for (let n = sane?.again ?? 0; n > 0; n--) expect(cells?.shift()).toEqual([]);
        expect(cells).toEqual(theirs);
      } else expect(outcome).toMatchObject({ status: 'partial', problem: { code: 'limit' } });
      expect(left(), 'replies left over').toBe(sane?.unused ?? official.unused_responses);
      if (!sane && !input.persistent) compareRequests(model.calls, official.requests);
      earlier.push({ runId: outcome.runId, question, answer: outcome.answer, context, messages });
    }
    (kept as Repl | null)?.close();
  });
});
