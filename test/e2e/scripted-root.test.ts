/** Whole runs through `window.sonde` with a scripted root model over real HTTP. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let visit: Visit;
let server: OpenAiServer;

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => 'no script');
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

/** Root turns in order; sub-calls are answered by rule. */
function play(turns: readonly string[]): void {
  server.script = rootScript(turns, { sub: (prompt) => `R${prompt.length}` });
}

function ask(context: string | string[] | object, options: Record<string, unknown> = {}) {
  return visit.page.evaluate(
    async ({ context, options, baseUrl }) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const events: string[] = [];
      const result = await window.sonde.completion(context, {
        root,
        ...options,
        onEvent: (event) => events.push(event.type),
      });
      const tree = await window.sonde.runs.get(result.runId);
      return { result, tree, events };
    },
    { context, options, baseUrl: server.baseUrl },
  );
}

describe('a scripted root over HTTP', () => {
  it('looks, calls in a batch, and answers', async () => {
    play([
      cell('parts = [context[i:i+4] for i in range(0, len(context), 4)]\nprint(len(parts))'),
      cell(
        'replies = llm_query_batched(parts)\nanswer["content"] = ",".join(replies)\nanswer["ready"] = True',
      ),
    ]);
    const { result, tree, events } = await ask('abcdefghij');
    expect(result).toMatchObject({ response: 'R4,R4,R2', status: 'answered' });
    expect(result.reason).toBeUndefined();
    expect(tree?.turns.map((turn) => turn.cells.map((cell) => cell.result?.stdout))).toEqual([['3\n'], ['']]);
    expect(tree?.turns[1]?.cells[0]?.calls.map((call) => [call.prompt, call.reply])).toEqual([
      ['abcd', 'R4'],
      ['efgh', 'R4'],
      ['ij', 'R2'],
    ]);
    expect(result.usage['scripted']?.calls).toBe(5);
    expect(events.at(0)).toBe('run-started');
    expect(events.at(-1)).toBe('run-finished');
  });

  it('sends one system and one user message first, then one user message a turn, the reply byte for byte', async () => {
    server.requests.length = 0;
    const first = `I look.\n\n${cell('print("seen")')}  \n`;
    play([first, cell('answer.update(content="ok", ready=True)')]);
    await ask('text', { question: 'What?' });
    const [one, two] = server.requests.map(({ messages }) => messages);
    expect(one?.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(two?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(two?.slice(0, 2)).toEqual(one);
    expect(two?.[2]?.content).toBe(first);
    expect(two?.[3]?.content).toMatch(/REPL output:\nseen[\s\S]*Turn 2\/30:$/);
  });

  it('sends a sub-call as exactly one user message', async () => {
    server.requests.length = 0;
    play([cell('llm_query("just this")\nFINAL("done")')]);
    await ask('text');
    expect(server.requests.at(-1)?.messages).toEqual([{ role: 'user', content: 'just this' }]);
  });

  it('gives a child run an interpreter, a context and turns of its own', async () => {
    const parent = [
      cell('mine = 1\nreply = rlm_query("child text")\nprint(reply, mine)'),
      cell('answer["content"] = reply\nanswer["ready"] = True'),
    ];
    const child = [cell('print(context, "mine" in globals())'), cell('FINAL(context.upper())')];
    server.script = rootScript(parent, { child: (_, turn) => child[turn] ?? 'no turn left' });
    const { result, tree } = await ask('parent text here', { limits: { maxDepth: 2 } });
    expect(result).toMatchObject({ response: 'CHILD TEXT', status: 'answered' });
    const childRun = tree?.turns[0]?.cells[0]?.calls[0]?.child;
    expect(childRun).toMatchObject({ depth: 1, status: 'answered', answer: 'CHILD TEXT' });
    expect(childRun?.turns[0]?.cells[0]?.result?.stdout).toBe('child text False\n');
    expect(tree?.turns[0]?.cells[0]?.result?.stdout).toBe('CHILD TEXT 1\n');
    expect(tree?.totals.calls).toBe(4);
  });

  it('refuses an answer before any look at the context, once', async () => {
    play(['FINAL(guess)', 'FINAL(still this)']);
    const { result, tree } = await ask('text');
    expect(result).toMatchObject({ response: 'still this', status: 'answered' });
    expect(tree?.notices.map(({ code }) => code)).toEqual(['explore-first']);
  });

  it('holds an answer written next to code until its output was seen', async () => {
    play([`${cell('x = 6 * 7\nprint(x)')}\nFINAL(41)`, 'FINAL_VAR(x)']);
    const { result, tree } = await ask('text');
    expect(result.response).toBe('42');
    expect(tree?.notices.map(({ code }) => code)).toEqual(['answer-held']);
  });

  it('reminds of the format and gives up after three replies without any', async () => {
    play(['Let me think.', 'Still thinking.', 'The answer is probably blue.']);
    const { result } = await ask('text');
    expect(result).toMatchObject({ status: 'partial', response: 'The answer is probably blue.' });
    expect(result.reason).toMatch(/^format: /);
  });

  it('asks once more when the turns are used up', async () => {
    server.requests.length = 0;
    play([cell('print(1)'), cell('print(2)'), 'Probably 2.']);
    const { result } = await ask('text', { limits: { maxTurns: 2 } });
    expect(result).toMatchObject({ status: 'partial', response: 'Probably 2.' });
    expect(result.reason).toMatch(/^out-of-turns: /);
    expect(server.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'user' });
    expect(server.requests.at(-1)?.messages.at(-1)?.content).toContain('REPL output:\n2');
  });

  it('keeps the draft when a limit ends the run, and fills the slots of refused calls', async () => {
    play([
      cell('answer["content"] = "draft"\nr = llm_query_batched(["a", "b", "c"])\nprint(r)'),
      cell('1/0'),
      cell('1/0'),
    ]);
    const { result, tree } = await ask('text', { limits: { maxSubcalls: 2, maxErrors: 2 } });
    expect(result).toMatchObject({ status: 'partial', response: 'draft' });
    expect(result.reason).toMatch(/^limit: maxErrors/);
    expect(tree?.turns[0]?.cells[0]?.result?.stdout).toBe(
      "['R1', 'R1', 'Error: maxSubcalls: all 2 sub-calls are used']\n",
    );
  });

  it('ends in time with what it has', async () => {
    play([cell('answer["content"] = "so far"'), cell('while True: pass')]);
    const { result } = await ask('text', { limits: { maxTimeS: 3 } });
    expect(result).toMatchObject({ status: 'partial', response: 'so far' });
    expect(result.reason).toMatch(/^limit: maxTimeS/);
    expect(result.executionTimeMs).toBeLessThan(6_000);
  });

  it('interrupts a cell over its time and keeps the variables', async () => {
    play([cell('kept = 1\nwhile True: pass'), cell('FINAL(f"kept {kept}")')]);
    const { result } = await ask('text', { limits: { cellTimeoutS: 1 } });
    expect(result).toMatchObject({ status: 'answered', response: 'kept 1' });
  });

  it('compacts its messages before they outgrow a small window, and keeps them in history', async () => {
    server.requests.length = 0;
    let turn = 0;
    server.script = ({ messages }) => {
      if (messages.at(-1)?.content.startsWith('Your window is nearly full')) return 'I printed a lot.';
      turn++;
      return turn <= 14
        ? cell(`kept = ${turn}\nprint("x" * 3000)`)
        : cell('FINAL(f"{kept} {history[-1][\'role\']} {len(history) > 4}")');
    };
    const root = { provider: 'openai', baseUrl: server.baseUrl, model: 'scripted', contextTokens: 4096 };
    const { result, tree } = await ask('text', { root });
    expect(result).toMatchObject({ status: 'answered', response: '14 summary True' });
    expect(tree?.notices.map(({ code }) => code)).toContain('compacted');
    const sizes = server.requests.map(
      ({ messages }) => messages.map(({ content }) => content).join('').length / 4,
    );
    expect(Math.max(...sizes)).toBeLessThan(4096);
    expect(server.requests.at(-1)?.messages.some(({ content }) => content === 'I printed a lot.')).toBe(true);
  });

  it('refuses a prompt larger than the window of the sub-model before sending it', async () => {
    play([cell('print(llm_query("x" * 100_000))'), cell('FINAL("done")')]);
    const before = server.requests.length;
    const { tree } = await ask('text', {
      sub: { provider: 'openai', baseUrl: server.baseUrl, model: 'small', contextTokens: 4096 },
    });
    expect(tree?.turns[0]?.cells[0]?.result?.stdout).toMatch(/^Error: the prompt has 100000 characters/);
    expect(server.requests.length - before).toBe(2);
  });

  it('stops within a second on the signal, whatever Python does', async () => {
    play([cell('kept = 1\nwhile True: pass')]);
    const stopped = await visit.page.evaluate(async (baseUrl) => {
      const controller = new AbortController();
      let stopAt = 0;
      const result = await window.sonde.completion('text', {
        root: { provider: 'openai', baseUrl, model: 'scripted' },
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type !== 'cell-started') return;
          setTimeout(() => {
            stopAt = performance.now();
            controller.abort();
          }, 500);
        },
      });
      return { status: result.status, tookMs: performance.now() - stopAt };
    }, server.baseUrl);
    expect(stopped.status).toBe('stopped');
    expect(stopped.tookMs).toBeLessThan(1_000);
  });

  it('rejects only for arguments that make no sense', async () => {
    const rejects = (limits: object, context: string | object = 'x', more: object = {}) =>
      ask(context, { limits, ...more }).then(
        () => 'resolved',
        (error: unknown) => String(error),
      );
    expect(await rejects({ maxTurns: 0 })).toContain('maxTurns must be a whole number of 1 or more');
    expect(await rejects({ maxTuns: 3 })).toContain('There is no limit called maxTuns');
    expect(await rejects({}, '', { question: ' \n' })).toContain('There is nothing to ask: give a question');
    expect(await rejects({}, 5 as unknown as object)).toContain('The context must be a string, strings'); // as a script may
    expect(await rejects({}, { corpus: 'none' })).toContain('There is no corpus with the id "none"');
    expect(await rejects({}, 'x', { question: 5 })).toContain('question must be a string');
    expect(await rejects({}, 'x', { tools: { answer: { python: '1' } } })).toContain(
      '"answer" is a name every run already has; choose another name',
    );
  });

  it('talks to nobody but the site and the model', () => {
    const others = visit.strangers.filter((url) => !url.startsWith(server.origin));
    expect(others).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});
