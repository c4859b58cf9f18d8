/** Starts the page. */

import { mount } from 'svelte';
import { idle } from './adapters/platform/idle';
import { compose } from './app/compose';
import type { Sonde } from './app/scripting-api';
import App from './ui/App.svelte';
import './ui/tokens.css';
import './ui/base.css';

declare global {
  interface Window {
    sonde: Sonde;
  }
}

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

/** Long enough for a first page to be painted and read; what is kept for later is fetched after it. */
const QUIET_MS = 2000;

const { app, scripting } = compose({
  answerMarkup: async (checked) => (await import('./ui/answer/answer-markup')).answerMarkup(checked),
});
window.sonde = scripting;
app.preferences.apply(document.documentElement, matchMedia('(prefers-contrast: more)').matches);
app.install.start();
app.updates.start();
addEventListener('vite:preloadError', () => {
  app.updates.partFailed();
});
mount(App, { target, props: { app } });
void app.library.refresh();
void app.guard.load();
void app.tools.load();
void app.prompts.load();
void Promise.all([app.models.load(), app.asking.load()]).then(() =>
  app.device.restore(() => app.models.usesDevice || app.asking.usesDevice),
);
void idle(QUIET_MS).then(() => app.device.load());
void idle(QUIET_MS).then(() => app.offline.start());
