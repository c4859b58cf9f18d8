/** Fifty runs cut off at fifty moments: their page closed, or its renderer crashed. Nothing recorded is lost, and each ends as it would have. */

import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/record/events';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, type Script } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

const PAGES = 10;
const RUNS_A_PAGE = 5;
/** Every so many pages the renderer crashes rather than being closed in good order. */
const CRASH_EVERY = 3;
/** Events are written in batches of a quarter of a second; a busy machine takes its time. */
const WRITTEN_AFTER_MS = 1500;
const LONGEST_MS = 15_000;

const TURNS = [
  'parts = [context[i:i+7] for i in range(0, len(context), 7)]\nfirst = llm_query_batched(parts)\nprint(len(first))',
  'child = rlm_query("child of " + context[:9])\nprint(child)',
  'second = llm_query_batched([one + " again" for one in first])\nprint(second[-1])',
  'answer["content"] = " | ".join([first[0], child, second[-1]])\nanswer["ready"] = True',
].map((code) => cell(code));
const CHILD = [
  'inner = llm_query("inner " + context)\nprint(inner)',
  'answer["content"] = inner\nanswer["ready"] = True',
].map((code) => cell(code));

const contextOf = (run: number) => `[run-${String(run).padStart(2, '0')}] `.padEnd(42, 'abcdefgh');
const replyTo = (prompt: string) => `<${prompt.length} ${prompt.slice(0, 24)}>`;
const QUESTION = 'What do the parts say?';

/** Replies depend on what is asked alone, so that a run always comes to the same end. */
const script: Script = ({ messages, n }) => {
  const delayMs = 20 + ((n * 37) % 50);
  const isRun = messages[0]?.role === 'system';
  if (!isRun) return { text: replyTo(messages[0]?.content ?? ''), delayMs };
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const turns = messages.some(({ content }) => content.includes(QUESTION)) ? TURNS : CHILD;
  return { text: turns[Math.min(turn, turns.length - 1)] ?? '', delayMs };
};

function answerOf(run: number): string {
  const context = contextOf(run);
  const parts = Array.from({ length: context.length / 7 }, (_, at) => context.slice(at * 7, at * 7 + 7));
  const inner = replyTo(`inner child of ${context.slice(0, 9)}`);
  return [replyTo(parts[0] ?? ''), inner, replyTo(`${replyTo(parts.at(-1) ?? '')} again`)].join(' | ');
}

/** Replies of an uninterrupted run: its turns, those of its child, and their sub-calls. */
const REPLIES = 4 + 2 + 6 + 6 + 1;

let site: Site;
let server: OpenAiServer;
let visit: Visit;

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(script);
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

/** Numbers from 0 to 1, the same ones each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

interface Seen {
  readonly run: number;
  readonly event: RunEvent;
  readonly atMs: number;
}

/** Starts runs a moment apart and cuts them all off. @returns what the page had told of them, and when it ended */
async function cutOff(page: Page, runs: readonly number[], afterEvents: number, crash: boolean) {
  const seen: Seen[] = [];
  await page.exposeFunction('seen', (run: number, event: RunEvent) => {
    seen.push({ run, event, atMs: Date.now() });
  });
  await page.goto(site.server.url);
  await scriptingReady(page);
  await page.evaluate(
    ({ runs, contexts, baseUrl, question }) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const tell = (window as unknown as { seen(run: number, event: object): void }).seen; // exposed above
      for (const [at, run] of runs.entries())
        setTimeout(() => {
          const onEvent = (event: object) => {
            tell(run, event);
          };
          void window.sonde.completion(contexts[at] ?? '', {
            question,
            root,
            limits: { maxDepth: 2 },
            onEvent,
          });
        }, at * 180);
    },
    { runs, contexts: runs.map(contextOf), baseUrl: server.baseUrl, question: QUESTION },
  );
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const patientUntilMs = Date.now() + LONGEST_MS;
  while (seen.length < afterEvents && Date.now() < patientUntilMs)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const endedAtMs = Date.now();
  if (crash) {
    page.goto('chrome://crash').catch(() => undefined); // it never gets there
    await crashed;
  }
  await page.close();
  return { seen, endedAtMs };
}

/** The logs on disk, by run id, read past the app. */
function logs(page: Page): Promise<Record<string, RunEvent[]>> {
  return page.evaluate(
    () =>
      new Promise<Record<string, RunEvent[]>>((resolve, reject) => {
        const opening = indexedDB.open('sonde');
        opening.onerror = () => {
          reject(opening.error ?? new Error('not opened'));
        };
        opening.onsuccess = () => {
          const all = opening.result.transaction('events').objectStore('events').getAll();
          all.onsuccess = () => {
            opening.result.close();
            const logs: Record<string, RunEvent[]> = {};
            for (const { treeId, events } of all.result as { treeId: string; events: RunEvent[] }[])
              (logs[treeId] ??= []).push(...events);
            resolve(logs);
          };
        };
      }),
  );
}

test(
  'runs cut off at any moment keep what was recorded, and end as they would have',
  { timeout: 240_000 },
  async () => {
    const { context, page } = visit;
    const random = seeded(42);
    const cuts: Awaited<ReturnType<typeof cutOff>>[] = [];
    for (let at = 0; at < PAGES; at++) {
      const runs = Array.from({ length: RUNS_A_PAGE }, (_, slot) => at * RUNS_A_PAGE + slot);
      const afterEvents = 10 + Math.round(random() * 230);
      cuts.push(
        await cutOff(await context.newPage(), runs, afterEvents, at % CRASH_EVERY === CRASH_EVERY - 1),
      );
    }

    const before = await logs(page);
    const runOf = new Map<number, string>();
    for (const { seen, endedAtMs } of cuts)
      for (const { run, event, atMs } of seen) {
        if (event.type === 'run-started' && event.parentCallId === null) runOf.set(run, event.runId);
        const log = before[runOf.get(run) ?? ''];
        if (atMs < endedAtMs - WRITTEN_AFTER_MS)
          expect(log?.find(({ seq }) => seq === event.seq)).toMatchObject({ type: event.type });
      }

    await page.reload();
    await scriptingReady(page);
    await expect
      .poll(() =>
        page.evaluate(
          async () => (await window.sonde.runs.list()).filter(({ status }) => status === 'running').length,
        ),
      )
      .toBe(0);
    const broken = [...runOf].filter(([, id]) => before[id] && before[id].at(-1)?.type !== 'run-finished');
    expect(broken.length).toBeGreaterThan(PAGES * 2);
    server.requests.length = 0;
    const ends = await page.evaluate(
      async (ids) => {
        const ends: { status: string; response: string }[] = [];
        const queue = ids.map((id, at) => ({ id, at }));
        const work = async () => {
          for (let next = queue.shift(); next; next = queue.shift()) {
            const { status, response } = await window.sonde.runs.resume(next.id);
            ends[next.at] = { status, response };
          }
        };
        await Promise.all([work(), work(), work()]);
        return ends;
      },
      broken.map(([, id]) => id),
    );
    for (const [at, [run]] of broken.entries())
      expect(ends[at], `run ${run}`).toEqual({ status: 'answered', response: answerOf(run) });

    const after = await logs(page);
    let recorded = 0;
    for (const [run, id] of broken) {
      const log = after[id] ?? [];
      expect(log.slice(0, before[id]?.length), `run ${run}`).toEqual(before[id]);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, seq) => seq));
      const replies = (events: readonly RunEvent[]) =>
        events.filter(
          (event) =>
            event.type === 'turn-replied' || (event.type === 'call-finished' && !isChild(events, event)),
        ).length;
      expect(replies(log), `run ${run}`).toBe(REPLIES);
      recorded += replies(before[id] ?? []);
    }
    // What was recorded is not asked for again; what else the page had kept of replies may not be either.
    expect(server.requests.length).toBeLessThanOrEqual(broken.length * REPLIES - recorded);
    expect(recorded).toBeGreaterThan(broken.length);
  },
);

/** A child's own end: its turns and calls are counted themselves. */
function isChild(
  events: readonly RunEvent[],
  { callId }: Extract<RunEvent, { type: 'call-finished' }>,
): boolean {
  return events.some(
    (event) => event.type === 'call-started' && event.callId === callId && event.kind === 'rlm',
  );
}
