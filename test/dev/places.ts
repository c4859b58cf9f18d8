/** The page with a long list of short letters as its sample, to look at its places while they are made. Never built. */

import { mount } from 'svelte';
import { createLibrary } from '../../src/adapters/store/library';
import type { App } from '../../src/app/app.svelte';
import { compose } from '../../src/app/compose';
import { LibraryState } from '../../src/app/library.svelte';
import PageOfSonde from '../../src/ui/App.svelte';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';

const { app: composed } = compose({
  answerMarkup: async (checked) => (await import('../../src/ui/answer/answer-markup')).answerMarkup(checked),
});
const app: App = {
  ...composed,
  library: new LibraryState(
    {
      library: createLibrary(),
      sample: () =>
        Promise.resolve(
          Array.from({ length: 140 }, (_, index) => {
            const path = `letters/${String(1900 + (index % 40))}/letter-${String(index + 1).padStart(3, '0')}.txt`;
            const text =
              `Letter ${String(index + 1)}\n\n` +
              'The harbour was quiet, and the tide came in late. '.repeat(40 + index);
            return { path, file: new File([text], path.split('/').at(-1) ?? path) };
          }),
        ),
    },
    composed.notices,
  ),
};

app.preferences.apply(document.documentElement, matchMedia('(prefers-contrast: more)').matches);
const target = document.getElementById('app');
if (target) mount(PageOfSonde, { target, props: { app } });
void app.library.refresh();
void app.models.load();
void app.device.load();
