/** Finds a Chromium to drive: `CHROMIUM`, the usual places, or what Playwright has downloaded. */

import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {string | null} path of an executable, or null when there is none */
export function findChromium() {
  const candidates = [process.env['CHROMIUM'], ...usualPlaces, chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}
