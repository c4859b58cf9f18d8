/** Starts the page. */

import { mount } from 'svelte';
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

const { app, scripting } = compose();
window.sonde = scripting;
app.preferences.apply(document.documentElement, matchMedia('(prefers-contrast: more)').matches);
mount(App, { target, props: { app } });
void app.library.refresh();
void app.models.load();
