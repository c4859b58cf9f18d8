/** Conversations over scripted interpreters: who gets the live one, what is saved when, and what cannot be followed. */

import { describe, expect, it } from 'vitest';
import { Conversations, type LeftBy } from '../../../src/app/conversations';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import { SondeError } from '../../../src/core/errors';
import type { SavedVariables } from '../../../src/core/ports';
import type { RunNode } from '../../../src/core/record/tree';
import type { Follows } from '../../../src/core/run/request';
import { HandClock } from '../../fixtures/hand-clock';
import { cellReply, runScripted } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls } from '../../fixtures/scripted-repl';

const TEXT = textContext('It is I.');
const aWhile = 15 * 60_000;
/** What has been begun comes to its end; nothing here waits for anything but its turn. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function setUp(setting: { most?: number; busy?: boolean; disk?: (saved: SavedVariables) => void } = {}) {
  const clock = new HandClock();
  const repls = scriptedRepls(({ code }) => ({
    finalAnswer: code,
    variables: { known: 'str', gen: 'generator' },
  }));
  const runs = new Map<string, RunNode>();
  const contexts = new Map<string, ContextSource>();
  const variables = new Map<string, SavedVariables>();
  const saving = new Set<string>();
  /** Ids whose variables another tab holds for ever. */
  const stuck = new Set<string>();
  const conversations = new Conversations({
    store: {
      list: () =>
        Promise.resolve([...runs.values()].map((run) => ({ ...summaryOf(run), status: run.status }))),
      context: (id) => Promise.resolve(contexts.get(id) ?? null),
      keepVariables: async (id, saved) => {
        setting.disk?.(saved);
        variables.set(id, saved);
      },
      variables: (id) => Promise.resolve(variables.get(id) ?? null),
    },
    run: (id) => Promise.resolve(runs.get(id) ?? null),
    corpus: () => Promise.reject(new SondeError({ code: 'not-found', message: 'There is no such corpus.' })),
    clock,
    most: setting.most ?? 1,
    isBusy: () => setting.busy ?? false,
    saving: {
      begin: (id) => {
        saving.add(id);
        return () => void saving.delete(id);
      },
      done: (id) =>
        stuck.has(id) ? Promise.reject(new DOMException('', 'TimeoutError')) : Promise.resolve(),
    },
  });
  let count = 0;
  /** A run to its end; its interpreter goes to the conversations. */
  async function ask(code: string, follows: Follows | null = null, save = true, end = {}) {
    conversations.begins(follows);
    const id = `run${String(count++)}`;
    const left: LeftBy = { context: TEXT, save, follows };
    const { run } = await runScripted({
      root: scriptedModel({ replies: [cellReply(code)] }),
      question: `${code}?`,
      request: { context: TEXT, follows },
      ports: { repls, keepRepl: (_, repl) => conversations.keep(id, repl, left) },
    });
    runs.set(id, { ...run, id, ...end });
    contexts.set(id, TEXT);
    return id;
  }
  return { conversations, clock, repls, runs, contexts, variables, saving, stuck, ask };
}

function summaryOf({ id, question, follows }: RunNode) {
  const none = { corpusId: null, corpusName: null, answerPreview: '', durationMs: null };
  return { id, question, follows, ...none, rootModel: 'm', startedAtMs: 0, origin: 'asked' } as const;
}

const reasonOf = (work: Promise<unknown>) => work.then(String, (thrown: Error) => thrown.message);

describe('an interpreter', () => {
  it('goes to the first follow-up; the second begins from the variables saved before the first changed them', async () => {
    const { conversations, repls, variables, ask } = setUp();
    const first = await ask('one');
    const alive = await conversations.follow(first);
    expect(alive).toMatchObject({ runId: first, repl: repls.life.repls[0], earlier: [{ answer: 'one' }] });
    // Saved before it was handed on, though the time for it had not come.
    expect(variables.get(first)?.names).toEqual(['known']);
    await ask('two', alive);
    const branch = await conversations.follow(first);
    expect(branch).toMatchObject({ repl: null, saved: { names: ['known'] }, earlier: [{ explored: true }] });
  });

  it('carries the questions before it along, and has them read back when it is gone', async () => {
    const { conversations, ask } = setUp();
    const first = await ask('one');
    const second = await ask('two', await conversations.follow(first));
    const alive = await conversations.follow(second);
    const asked = (follows: Follows) => follows.earlier.map(({ question, answer }) => [question, answer]);
    expect(asked(alive)).toEqual([
      ['one?', 'one'],
      ['two?', 'two'],
    ]);
    expect(alive.earlier[1]?.messages.at(-1)).toEqual({ role: 'assistant', content: cellReply('two') });
    conversations.close();
    expect(asked(await conversations.follow(second))).toEqual(asked(alive));
  });

  it('is saved soon, closed after a while, and makes room for a new conversation', async () => {
    const { conversations, clock, repls, variables, saving, ask } = setUp();
    const first = await ask('one');
    expect([...saving]).toEqual([first]);
    clock.advance(300);
    await settle();
    expect(variables.has(first)).toBe(true);
    expect(saving.size).toBe(0);
    clock.advance(aWhile);
    await settle();
    expect(repls.life.closed).toBe(1);
    await ask('two');
    await ask('three');
    await settle();
    // The second made room for the third, but not before it was saved.
    expect(repls.life.closed).toBe(2);
    expect([...variables.keys()]).toEqual([first, 'run1']);
    conversations.close();
    expect(repls.life.closed).toBe(3);
  });

  it('is saved and closed at once where there is no room, or other runs go on', async () => {
    for (const setting of [{ most: 0 }, { busy: true }]) {
      const { repls, variables, ask } = setUp(setting);
      await ask('one');
      await settle();
      expect([repls.life.closed, variables.size]).toEqual([1, 1]);
    }
  });

  it('waits for another question when the one it was given to could not be asked', async () => {
    const { conversations, ask } = setUp();
    const second = await ask('two', await conversations.follow(await ask('one')));
    const follows = await conversations.follow(second);
    conversations.giveBack(follows, true);
    const again = await conversations.follow(second);
    expect(again.repl).toBe(follows.repl);
    expect(again.earlier.map(({ question }) => question)).toEqual(['one?', 'two?']);
  });

  it('of a run that is not kept leaves nothing on the disk', async () => {
    const { conversations, clock, variables, saving, ask } = setUp();
    const first = await ask('one', null, false);
    clock.advance(300);
    await settle();
    expect((await conversations.follow(first)).repl).not.toBeNull();
    expect([variables.size, saving.size]).toEqual([0, 0]);
  });

  it('whose variables do not fit the disk leaves their names and the reason', async () => {
    const disk = ({ names }: SavedVariables) => {
      if (names.length > 0) throw new SondeError({ code: 'quota', message: 'The disk is full.' });
    };
    const { conversations, clock, variables, ask } = setUp({ disk });
    const first = await ask('one');
    clock.advance(300);
    await settle();
    conversations.close();
    const left = { known: 'The disk is full.', gen: 'The disk is full.' };
    expect(variables.get(first)).toMatchObject({ names: [], left });
    expect(await conversations.follow(first)).toMatchObject({ repl: null, saved: { left } });
  });
});

describe('what cannot be followed says so', () => {
  it('a run that was removed, goes on still, or broke off', async () => {
    const { conversations, ask } = setUp();
    expect(await reasonOf(conversations.follow('gone'))).toMatch(/was removed/);
    const running = await ask('one', null, true, { status: 'running' });
    expect(await reasonOf(conversations.follow(running))).toMatch(/still being answered/);
    const broken = await ask('two', null, true, { status: 'broken' });
    expect(await reasonOf(conversations.follow(broken))).toMatch(/broke off/);
  });

  it('variables that another tab holds and does not save', async () => {
    const { conversations, stuck, variables, ask } = setUp();
    const first = await ask('one');
    conversations.close();
    stuck.add(first);
    expect(await reasonOf(conversations.follow(first))).toMatch(/^Another tab holds the variables/);
    variables.set(first, { pickled: new Blob(), names: [], left: {} });
    expect(await conversations.follow(first)).toMatchObject({ repl: null, saved: { names: [] } });
  });

  it('documents that were removed are an empty context, marked as gone', async () => {
    const { conversations, contexts, runs, ask } = setUp({ most: 0 });
    const first = await ask('one');
    await settle();
    contexts.clear();
    const gone = { context: { chars: 0 }, gone: true, explored: false };
    expect((await conversations.follow(first)).earlier[0]).toMatchObject(gone);
    const run = runs.get(first);
    if (run) runs.set(first, { ...run, context: { ...run.context, corpusId: 'c1' } });
    expect((await conversations.follow(first)).earlier[0]).toMatchObject(gone);
  });
});
