/** The kit's composite controls can be worked with the keyboard alone. */

import { mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import Combobox from '../../../src/ui/kit/Combobox.svelte';
import Menu from '../../../src/ui/kit/Menu.svelte';
import Splitter from '../../../src/ui/kit/Splitter.svelte';

const mounted: Record<string, unknown>[] = [];

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  const target = document.createElement('div');
  target.style.cssText = 'display: grid; block-size: 300px; inline-size: 300px';
  document.body.append(target);
  mounted.push(mount(component, { target, props }));
  return target;
}

const focused = () => document.activeElement?.textContent.trim();

afterEach(async () => {
  for (const instance of mounted.splice(0)) await unmount(instance);
  document.body.replaceChildren();
});

describe('a menu', () => {
  it('opens, moves, jumps by letter, chooses, and gives the focus back', async () => {
    const chosen = vi.fn();
    show(Menu, {
      label: 'Actions',
      items: ['Add', 'Rename', 'Remove'].map((label) => ({ label, onchoose: () => void chosen(label) })),
    });
    const button = page.getByRole('button', { name: 'Actions' });
    button.element().focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(focused).toBe('Add');
    await userEvent.keyboard('{ArrowUp}');
    expect(focused()).toBe('Remove');
    await userEvent.keyboard('{ArrowDown}r');
    expect(focused()).toBe('Rename');
    await userEvent.keyboard('{Enter}');
    expect(chosen).toHaveBeenCalledExactlyOnceWith('Rename');
    expect(document.activeElement).toBe(button.element());
    await userEvent.keyboard('{Enter}');
    await expect.poll(focused).toBe('Add');
    await userEvent.keyboard('{Escape}');
    await expect.element(button).toHaveAttribute('aria-expanded', 'false');
    expect(chosen).toHaveBeenCalledTimes(1);
  });
});

describe('a combobox', () => {
  const options = Array.from({ length: 250 }, (_, index) => ({ value: `vendor/model-${String(index)}` }));

  it('filters by words, takes the one pointed at, and keeps free text', async () => {
    const changed = vi.fn();
    show(Combobox, { id: 'model', value: '', options, onchange: changed });
    const input = page.getByRole('combobox');
    await userEvent.type(input, 'vendor 24');
    await expect.element(page.getByRole('option', { name: 'vendor/model-24', exact: true })).toBeVisible();
    expect(page.getByRole('option').elements()).toHaveLength(13);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect.element(input).toHaveAttribute('aria-activedescendant', 'model-1');
    await userEvent.keyboard('{Enter}');
    expect(changed).toHaveBeenLastCalledWith('vendor/model-124');
    await userEvent.fill(input, 'my-own-model');
    await userEvent.keyboard('{Enter}');
    expect(changed).toHaveBeenLastCalledWith('my-own-model');
  });

  it('shows a hundred at most and says how many more there are', async () => {
    show(Combobox, { id: 'model', value: 'kept', options, onchange: () => undefined });
    await userEvent.click(page.getByRole('combobox'));
    await expect.element(page.getByText('150 more. Type to narrow the list.')).toBeInTheDocument();
    expect(page.getByRole('option').elements()).toHaveLength(100);
    await userEvent.keyboard('nothing like it{Escape}');
    await expect.element(page.getByRole('combobox')).toHaveValue('kept');
  });
});

describe('the line between two panes', () => {
  it('moves by arrow keys within its bounds and settles once for each', async () => {
    const sizes: number[] = [];
    show(Splitter, {
      label: 'Width of the library',
      size: 280,
      min: 220,
      max: 300,
      initial: 260,
      onresize: () => undefined,
      onsettle: (size: number) => void sizes.push(size),
    });
    page.getByRole('separator', { name: 'Width of the library' }).element().focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowRight}{Shift>}{ArrowRight}{/Shift}{Home}{End}{Enter}');
    expect(sizes).toEqual([264, 296, 300, 220, 300, 260]);
  });
});
