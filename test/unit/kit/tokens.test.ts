/** Every text and status colour is legible on every paper it is set on, in all four themes. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, parseOklch } from './oklch';

const css = readFileSync(new URL('../../../src/ui/tokens.css', import.meta.url), 'utf8');

/** Declarations of the block that starts with `selector {`. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  expect(start, `${selector} is in tokens.css`).toBeGreaterThanOrEqual(0);
  const body = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
}

const standard = block('\n:root');
const more = new Map([...standard, ...block(":root[data-contrast='more']")]);
const themes = [
  ['light', standard, 0, 4.5],
  ['dark', standard, 1, 4.5],
  ['light, high contrast', more, 0, 7],
  ['dark, high contrast', more, 1, 7],
] as const;

const papers = ['--paper', '--paper-raised', '--paper-sunken', '--paper-hover'];
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'accent-strong', 'ok', 'warn', 'bad', 'stopped'];
const code = ['keyword', 'string', 'number', 'name', 'comment'].map((name) => `--code-${name}`);
const depths = [0, 1, 2, 3, 4, 5].map((depth) => `--depth-${String(depth)}`);

describe.each(themes)('%s', (_name, tokens, side, floor) => {
  const colour = (name: string) => {
    const value = tokens.get(name) ?? '';
    const pair = /^light-dark\((oklch\([^)]+\)), (oklch\([^)]+\))\)$/.exec(value);
    if (!pair) throw new Error(`${name} is not light-dark(oklch, oklch): ${value}`);
    return parseOklch(pair[side + 1] ?? '');
  };
  const ratio = (one: string, other: string) => contrast(colour(one), colour(other));

  it.each(texts.map((name) => `--${name}`))('%s is legible on every paper', (text) => {
    for (const paper of papers) expect(ratio(text, paper), paper).toBeGreaterThanOrEqual(floor);
  });

  it.each([...code, ...depths])('%s is legible on paper, raised and sunken', (text) => {
    for (const paper of papers.slice(0, 3)) expect(ratio(text, paper), paper).toBeGreaterThanOrEqual(floor);
  });

  it.each([
    ['--accent-ink', '--accent'],
    ['--accent-ink', '--accent-strong'],
    ['--accent', '--accent-soft'],
    ['--ink', '--accent-soft'],
    ['--ink-2', '--accent-soft'],
    ['--mark-ink', '--mark'],
    ['--ok', '--ok-soft'],
    ['--warn', '--warn-soft'],
    ['--bad', '--bad-soft'],
    ['--ink', '--bad-soft'],
    ['--ink', '--warn-soft'],
    ['--ink-2', '--bad-soft'],
    ['--ink-2', '--warn-soft'],
  ])('%s is legible on %s', (text, paper) => {
    expect(ratio(text, paper)).toBeGreaterThanOrEqual(floor);
  });

  it.each(['--line-strong', '--focus'])('%s can be seen against every paper (3:1)', (line) => {
    for (const paper of papers) expect(ratio(line, paper), paper).toBeGreaterThanOrEqual(3);
  });
});
