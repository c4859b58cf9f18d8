/** Tools and prompts of the user's own, on the page and in scripts: made, checked, used by a run, gone back from. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { ask, drop } from './hands';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';

/** Where screenshots go for somebody to look at; none are taken without it. */
const shots = process.env['SONDE_SHOTS'];

let site: Site;
let visit: Visit;
let page: Page;
let server: OpenAiServer;

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => 'no script');
  visit = await site.visit({ fragment: '#/settings' });
  page = visit.page;
  page.setDefaultTimeout(15_000);
  await scriptingReady(page);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

/** Nothing for axe, nothing cut, wide and narrow, light and dark. */
async function look(name: string): Promise<void> {
  for (const width of [1280, 390, 320])
    for (const colorScheme of ['light', 'dark'] as const) {
      const isTried = (width === 1280) === (colorScheme === 'light') && width !== 390;
      if (!isTried && shots === undefined) continue;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      if (isTried) expect(await settledFaults(page), `${name}, ${String(width)} px`).toEqual([]);
      if (shots === undefined) continue;
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
    }
  await page.setViewportSize({ width: 1280, height: 900 });
}

it('a tool is written, found wanting with its line, put right, tried and kept', async () => {
  await page.getByRole('button', { name: 'Add a tool' }).click();
  const editor = page.getByRole('dialog', { name: 'Add a tool' });
  await editor.getByLabel('Name', { exact: true }).fill('llm_query');
  await editor.getByLabel('Python', { exact: true }).fill('def double(n):\n    return n *');
  await editor.getByRole('button', { name: 'Keep' }).click();
  await editor.getByText('is a name every run already has; choose another name.').first().waitFor();
  await editor.getByLabel('Name', { exact: true }).fill('double');
  await editor.getByRole('button', { name: 'Check' }).click();
  await editor.getByRole('alert').filter({ hasText: /double.*line 2.*SyntaxError/i }).waitFor();
  await editor.getByLabel('Python', { exact: true }).fill('def double(n: int) -> int:\n    """Twice a number."""\n    return n * 2');
  await editor.getByLabel('Try a call').fill('print("hm"); double(21)');
  await editor.getByRole('button', { name: 'Check' }).click();
  await editor.getByText('hm\n42', { exact: true }).waitFor();
  await editor.getByText('double(n: int) -> int', { exact: true }).waitFor();
  await look('tool-editor');
  await editor.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('list', { name: 'Your tools' }).getByText('double(n: int) -> int', { exact: true }).waitFor();
}); // prettier-ignore

it('a prompt is written, warned of, shown as it is sent, and counted', async () => {
  await page.getByText('See and change what the root model is told').click();
  await page.getByText('Full', { exact: true }).click();
  const field = page.getByLabel('Prompt', { exact: true });
  await field.waitFor();
  await page.getByText('As it is sent', { exact: true }).click();
  const sent = page.getByRole('group', { name: 'The prompt as it is sent' });
  expect(await sent.textContent()).toContain('- `double(n: int) -> int`: Twice a number.');
  await look('prompts');
  await field.fill('Look at context, cut at {{output_chars}}; {{nobody}} knows {"a": {}}.\n{{tools}}');
  await page.getByText('It no longer shows how to write code').waitFor();
  await page.getByText('It no longer says how to answer').waitFor();
  await page.getByText('{{nobody}} is not a placeholder and stays as written.').waitFor();
  expect(await sent.textContent()).toBe(
    'Look at context, cut at 20,000; {{nobody}} knows {"a": {}}.\n- `double(n: int) -> int`: Twice a number.',
  );
  await look('prompt-of-ones-own');
});

it('both are there after a reload, and a script is free of them', async () => {
  await page.reload();
  await scriptingReady(page);
  await page.getByRole('checkbox', { name: 'double' }).waitFor();
  server.requests.length = 0;
  server.script = rootScript([
    cell('print(triple(14), "double" in globals())\nanswer.update(content=str(triple(LIMIT)), ready=True)'),
  ]);
  const result = await page.evaluate(
    (baseUrl) =>
      window.sonde.completion('text', {
        root: { provider: 'openai', baseUrl, model: 'scripted', contextTokens: 128_000 },
        tools: {
          triple: { python: 'triple = lambda n: 3 * n', description: 'Thrice a number.' },
          LIMIT: { python: '10', offeredTo: 'root' },
        },
        prompts: { full: 'Write ```repl. Set answer["ready"]. context.\n{{tools}}\nf"{{x}}"' },
      }),
    server.baseUrl,
  );
  expect(result).toMatchObject({ status: 'answered', response: '30' });
  expect(server.requests[0]?.messages[0]?.content).toBe(
    'Write ```repl. Set answer["ready"]. context.\n- `triple(n)`: Thrice a number.\n- `LIMIT`: a tool of the user’s own.\nf"{{x}}"',
  );
  const tree = await page.evaluate((id) => window.sonde.runs.get(id), result.runId);
  expect(tree?.turns[0]?.cells[0]?.result?.stdout).toBe('42 False\n');
});

it('a question asked on the page has them, and the built-in prompt comes back', async () => {
  server.requests.length = 0;
  server.script = rootScript([
    cell('print(len(context))'),
    cell('answer.update(content=f"It is {double(4)}.", ready=True)'),
  ]);
  await useScriptedRoot();
  await drop(page, [{ name: 'a.txt', text: 'A short text.' }]);
  await page.waitForURL(/#\/corpus\/[^/]+\/ask$/);
  await ask(page, 'How much is it?');
  await page.getByRole('region', { name: 'Answer' }).getByText('It is 8.').waitFor();
  expect(server.requests[0]?.messages[0]?.content).toMatch(
    /^Look at context, cut at [\s\S]*`double\(n: int\)/,
  );
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByText('See and change what the root model is told').click();
  await page.getByRole('button', { name: 'Go back to the built-in one' }).click();
  await page.getByText('Built-in', { exact: true }).waitFor();
  expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toContain('Recursive Language Model');
});

async function useScriptedRoot(): Promise<void> {
  await page.getByRole('link', { name: 'Models' }).first().click();
  await page.getByRole('button', { name: 'Another server' }).click();
  const card = page.getByRole('group', { name: /connection$/ });
  await card.getByRole('textbox', { name: 'Base URL' }).first().fill(server.baseUrl);
  await card.getByRole('textbox', { name: 'Base URL' }).first().blur();
  const root = page.getByRole('group', { name: 'Root model' });
  const where = root.getByRole('combobox', { name: 'Where it runs' });
  const option = where.locator('option', { hasText: 'Another server' });
  await where.selectOption(await option.getAttribute('value'));
  await root.getByRole('combobox', { name: 'Model' }).fill('scripted');
  await page.keyboard.press('Enter');
}
