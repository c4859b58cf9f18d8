/** What the reader chose about the look holds over a reload, and nothing stored can break the page. */

import { describe, expect, it } from 'vitest';
import { Preferences, type TextStore } from '../../../src/app/preferences.svelte';

function store(initial?: string): TextStore & { value: string | null } {
  const held: TextStore & { value: string | null } = {
    value: initial ?? null,
    getItem: () => held.value,
    setItem: (_key, value) => (held.value = value),
    removeItem: () => (held.value = null),
  };
  return held;
}

describe('preferences', () => {
  it('are read back', () => {
    const kept = store();
    const first = new Preferences(kept);
    first.setTheme('dark');
    first.setContrast('more');
    first.setWidth('library', 301.4);
    const second = new Preferences(kept);
    expect([second.theme, second.contrast, second.width('library'), second.width('side')]).toEqual([
      'dark',
      'more',
      301,
      null,
    ]);
  });

  it.each(['', '{', 'null', '[]', '{"theme":"pink","widths":{"library":-5}}'])(
    'start from the defaults when %j is stored',
    (text) => {
      const preferences = new Preferences(store(text));
      expect([preferences.theme, preferences.contrast, preferences.width('library')]).toEqual([
        'system',
        'system',
        null,
      ]);
    },
  );

  it('hold for the visit where storage is blocked or full', () => {
    const full: TextStore = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
      removeItem: () => undefined,
    };
    for (const preferences of [new Preferences(null), new Preferences(full)]) {
      preferences.setTheme('light');
      expect(preferences.theme).toBe('light');
    }
  });
});
