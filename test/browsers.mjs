/** Finds the browsers to drive, and tries to install what is missing. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const chromiumPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const firefoxPlaces = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Flags every Chromium here is started with: no sandbox (root in containers), no background traffic. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {string | null} path of a Chromium: `CHROMIUM`, the usual places, or what Playwright downloaded */
export function findChromium() {
  return firstThere([process.env['CHROMIUM'], ...chromiumPlaces, chromium.executablePath()]);
}

/** @returns {string | null} path of a Firefox: `FIREFOX` or the usual places */
export function findFirefox() {
  return firstThere([process.env['FIREFOX'], ...firefoxPlaces]);
}

/** Tries to get what is missing: Debian's packages where this is root, else Playwright's download. */
export function installBrowsers() {
  const missing = [
    findChromium() === null ? 'chromium' : null,
    findFirefox() === null ? 'firefox-esr' : null,
  ];
  const packages = missing.filter((name) => name !== null);
  if (packages.length === 0) return;
  const canUseApt =
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (canUseApt) {
    run('apt-get', ['update', '-qq']);
    for (const name of packages) run('apt-get', ['install', '-y', '-qq', name]);
  }
  if (findChromium() === null) run('npx', ['playwright', 'install', 'chromium']);
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}

/** @param {(string | undefined)[]} paths */
function firstThere(paths) {
  return paths.find((path) => path && existsSync(path)) ?? null;
}
