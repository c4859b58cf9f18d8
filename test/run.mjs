/**
 * `npm test`: installs what is missing, then checks and tests everything, and ends with `N passed, N failed`.
 * Uses Node's own modules only until the dependencies are there.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const reports = resolve(root, 'node_modules/.cache/sonde');

/** Counts over all steps: a check is one test, a suite as many as it has. */
const total = { passed: 0, failed: 0, skipped: 0 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: Sonde needs 20.19 or newer. See https://nodejs.org.`,
  );
  finish(1);
}

if (!run('npm', ['install', '--no-audit', '--no-fund'])) {
  console.error('The dependencies could not be installed. Is the npm registry reachable?');
  finish(1);
}

const { findChromium, findFirefox, installBrowsers } = await import('./browsers.mjs');
installBrowsers();
const chromium = findChromium();
if (chromium === null) {
  console.error(
    'No Chromium was found and none could be installed. Install Chromium or Chrome, or set CHROMIUM to its path;\n' +
      'on Debian: apt-get install chromium; elsewhere: npx playwright install chromium.',
  );
  finish(1);
}
console.log(`Chromium: ${chromium}\nFirefox: ${findFirefox() ?? 'none; its tests are skipped'}`);

// What the end-to-end tests share of a started Python is this run's own.
rmSync(resolve(reports, 'python-snapshots'), { recursive: true, force: true });
await Promise.all([
  check('types'),
  check('lint').then(() => check('format')), // one core each
]);
suite('unit');
suite('browser');
step('build', run('npm', ['run', '--silent', 'build']));
suite('e2e');
suite('e2e-timed');
finish(total.failed > 0 ? 1 : 0);

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell }).status === 0;
}

/** One of the checks of package.json; what it says is printed when it has ended. @param {string} name */
async function check(name) {
  const shell = process.platform === 'win32';
  const child = spawn('npm', ['run', '--silent', `check:${name}`], { cwd: root, shell });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  process.stdout.write(said);
  step(name, code === 0);
}

/** Counts a step that passes or fails as a whole. @param {string} name @param {boolean} passed */
function step(name, passed) {
  total[passed ? 'passed' : 'failed']++;
  console.log(`${passed ? '✓' : '✗'} ${name}`);
}

/** One Vitest project; its tests are counted from its report. @param {string} project */
function suite(project) {
  mkdirSync(reports, { recursive: true });
  const report = resolve(reports, `${project}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const passed = run('npx', ['vitest', 'run', '--project', project, ...reporters]);
  if (!existsSync(report)) {
    console.log(`✗ ${project}: the test runner did not finish`);
    total.failed++;
    return;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  total.passed += counts.numPassedTests;
  total.failed += counts.numFailedTests;
  total.skipped += counts.numPendingTests;
  // A file that cannot even be loaded has no failed test, yet fails the run.
  if (!passed && counts.numFailedTests === 0) total.failed++;
}

/** @param {number} code @returns {never} */
function finish(code) {
  if (code !== 0 && total.failed === 0) total.failed = 1;
  if (total.skipped > 0) console.log(`${total.skipped} skipped, with the reason in the name`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(code);
}
