/** The ladder of a role, gone through by keyboard: added to, put in order, taken from, and what a screen reader is told. */

import { mount, tick, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import { AskingState } from '../../../src/app/asking.svelte';
import { ModelsState } from '../../../src/app/models.svelte';
import RolePicker from '../../../src/ui/models/RolePicker.svelte';
import { idleDevice } from '../../fixtures/device/idle-device';

let mounted: Record<string, unknown> | null = null;

afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.replaceChildren();
});

const focused = () =>
  document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent;

it('is put in order by keyboard, with the focus on the step that moves', async () => {
  const settings = {
    get: () => Promise.resolve(null),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const preset = { id: 'p', label: 'Here', baseUrl: 'http://localhost:8000/v1', key: 'none' } as const;
  const models = new ModelsState({
    presets: [preset],
    listModels: () => Promise.resolve([]),
    testConnection: () => Promise.reject(new Error('not here')),
    settings,
    session: null,
    newId: () => 'c1',
  });
  const asking = new AskingState({ settings, models });
  const { id: connectionId } = models.connect(preset);
  const choice = { provider: 'openai', connectionId, model: 'small' } as const;
  models.chooseRoot(choice);
  for (const model of ['a', 'b', 'c']) asking.addStep('root', { ...choice, model });
  const order = () => asking.ladder('root').map((ref) => ('model' in ref ? ref.model : ''));
  const props = { models, asking, device: idleDevice(), role: 'Root model', help: '', choice };
  mounted = mount(RolePicker, {
    target: document.body,
    props: { ...props, ladder: 'root' as const, onchoose: () => undefined },
  });
  await tick();
  await page.getByText('Stronger models to move up to: 3').click();

  (page.getByRole('button', { name: 'Move step 3 up' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  expect(order()).toEqual(['a', 'c', 'b']);
  await expect.poll(focused).toBe('Move step 2 up');
  await userEvent.keyboard('{Enter}');
  expect(order()).toEqual(['c', 'a', 'b']);
  // At the end of its way: the only way left is back.
  await expect.poll(focused).toBe('Move step 1 down');
  await expect.element(page.getByText('Now step 1 of 3.')).toBeInTheDocument();
  await userEvent.keyboard('{Tab}{Enter}');
  expect(order()).toEqual(['a', 'b']);
  await expect.poll(focused).toBe('Move step 1 down');

  await page.getByRole('button', { name: 'Add a stronger model' }).click();
  const third = page.getByRole('listitem', { name: 'Step 3' });
  await expect.element(third.getByText('Until then this step is left out', { exact: false })).toBeVisible();
  await third.getByRole('combobox', { name: 'Model', exact: true }).fill('largest');
  await userEvent.keyboard('{Enter}');
  expect(order()).toEqual(['a', 'b', 'largest']);
});
