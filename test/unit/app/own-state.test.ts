/** Tools and prompts of the user's own, as they are kept. */

import { describe, expect, it } from 'vitest';
import { PromptsState } from '../../../src/app/prompts.svelte';
import { ToolsState } from '../../../src/app/tools.svelte';
import { readTools } from '../../../src/core/run/tool-check';
import type { Tool } from '../../../src/core/run/tools';
import { BUILT_IN_PROMPTS } from '../../../src/core/turn/prompt-texts';

function settings(kept: Record<string, unknown> = {}) {
  const store = new Map(Object.entries(kept));
  return {
    store,
    get: (key: string) => Promise.resolve(store.get(key)),
    set: (key: string, value: unknown) => {
      store.set(key, structuredClone(value));
      return Promise.resolve();
    },
    remove: (key: string) => {
      store.delete(key);
      return Promise.resolve();
    },
  };
}

const tool = (name: string, python = '1'): Tool => ({ name, python, description: '', offeredTo: 'both' });
const noTrial = () => Promise.reject(new Error('nothing is tried here'));
const toolsOver = (kept: ReturnType<typeof settings>) => new ToolsState({ settings: kept, attempt: noTrial });

describe('tools', () => {
  it('are kept, changed in their place, switched off, and there again after a reload', async () => {
    const kept = settings();
    const tools = toolsOver(kept);
    expect([tools.keep(tool('a'), null), tools.keep(tool('b'), null)]).toEqual([null, null]);
    expect(tools.keep(tool('a'), null)).toContain('already a tool called "a"');
    expect(tools.keep(tool('b'), 'a')).toContain('already a tool called "b"');
    expect(tools.keep(tool('answer'), 'a')).toContain('choose another name');
    tools.switchOn('a', false);
    expect(tools.keep(tool('c', '2'), 'a')).toBeNull();
    const reloaded = toolsOver(kept);
    await reloaded.load();
    expect(reloaded.all.map(({ name, on }) => [name, on])).toEqual([['c', false], ['b', true]]);
    expect(reloaded.active).toEqual([tool('b')]);
    const undo = reloaded.remove('c');
    expect(reloaded.all.map(({ name }) => name)).toEqual(['b']);
    undo();
    expect(reloaded.all.map(({ name }) => name)).toEqual(['c', 'b']);
  }); // prettier-ignore

  it('go out as scripts take them, and come in whole or not at all', () => {
    const tools = toolsOver(settings());
    tools.keep({ ...tool('a', 'def a():\n  return "ä"'), description: 'One.', offeredTo: 'root' }, null);
    tools.switchOn('a', false);
    const text = tools.exportJson();
    expect(readTools((JSON.parse(text) as { tools: unknown }).tools)).toEqual(tools.all.map(({ on: _, ...each }) => each));
    const other = toolsOver(settings());
    other.keep(tool('a', 'old'), null);
    expect(other.importJson(text)).toEqual({ added: 0, replaced: 1 });
    expect(other.importJson('{"b": {"python": "2"}, "tools": {"python": "3"}}')).toEqual({ added: 2, replaced: 0 });
    expect(other.all.map(({ name, python, on }) => [name, python, on])).toEqual([
      ['a', 'def a():\n  return "ä"', true],
      ['b', '2', true],
      ['tools', '3', true],
    ]);
    for (const bad of ['{', '[]', '{"ok": {"python": "1"}, "print": {"python": "1"}}', '{"tools": 1}'])
      expect(() => other.importJson(bad)).toThrow();
    expect(other.all).toHaveLength(3);
  }); // prettier-ignore

  it('that were spoilt on the disk are left out', async () => {
    const spoilt = toolsOver(settings({ tools: [{ name: 'ok', python: '1', on: 'x' }, { name: 'context', python: '1' }] }));
    await spoilt.load();
    expect(spoilt.all).toEqual([{ ...tool('ok'), on: true }]);
  }); // prettier-ignore
});

describe('prompts', () => {
  it('are the built-in ones until one is written, and again when it is taken back', async () => {
    const kept = settings();
    const prompts = new PromptsState(kept);
    expect([prompts.template('tiny'), prompts.own]).toEqual([BUILT_IN_PROMPTS.tiny, {}]);
    prompts.write('tiny', 'Mine.');
    prompts.write('full', '  ');
    expect([prompts.isOwn('full'), prompts.own]).toEqual([true, { tiny: 'Mine.' }]);
    const reloaded = new PromptsState(kept);
    await reloaded.load();
    expect([reloaded.template('tiny'), reloaded.own]).toEqual(['Mine.', { tiny: 'Mine.' }]);
    reloaded.write('full', BUILT_IN_PROMPTS.full);
    reloaded.reset('tiny');
    expect([reloaded.isOwn('full'), reloaded.isOwn('tiny'), reloaded.own]).toEqual([false, false, {}]);
  });
});
