/** A conversation on the page: the next question has the variables of the one before, also after a reload, and branches. */

import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell } from '../fixtures/server/script';
import { dropAndOpen } from './hands';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';
import { connectTo } from './record-hands';

let site: Site;
let server: OpenAiServer;
let visit: Visit;
let page: Page;

/** What the root model does for a question, by a word of it. */
const CELLS: Readonly<Record<string, string>> = {
  many: 'count = len(context.split())\nlines = (line for line in context.splitlines())\nanswer.update(content=f"> call me\\n\\n{count} words. " + "So it is. " * 60, ready=True)',
  twice: 'count *= 2\nanswer.update(content=f"{count} with {next(lines)}", ready=True)',
  reloaded: 'answer.update(content=f"{count} and {"lines" in globals()}", ready=True)',
  branch: 'answer.update(content=f"{count} again, {len(history_0)} messages", ready=True)',
  before: 'answer.update(content=context_0[:4] + context + str(count), ready=True)',
};

beforeAll(async () => {
  [site, server] = await Promise.all([openSite(), startOpenAiServer(() => 'no script')]);
  server.script = ({ messages }) => {
    const asked = /Answer the following: (.*)/.exec(messages[1]?.content ?? '')?.[1] ?? '';
    const found = Object.entries(CELLS).find(([word]) => asked.includes(word));
    return found ? cell(found[1]) : 'No such question.';
  };
  visit = await site.visit();
  page = visit.page;
  await scriptingReady(page);
  await connectTo(page, { baseUrl: server.baseUrl, model: 'far-model', apiKey: 'a-key' });
});
afterAll(async () => {
  await server.close();
  await site.close();
});

const box = () => page.getByRole('textbox', { name: 'Ask a follow-up' });
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const answerOf = () => page.getByRole('region', { name: 'Answer' });
const firstMessage = () => server.requests.at(-1)?.messages[1]?.content ?? '';
const runId = () => /#\/run\/([^/?]+)/.exec(page.url())?.[1] ?? '';

async function follow(question: string, answer: string): Promise<void> {
  await box().fill(question);
  await box().press('Enter');
  await heading(question).waitFor();
  await answerOf().getByText(answer).waitFor({ timeout: 20_000 });
}

/** Variables are saved soon after the answer. */
async function saved(id: string): Promise<void> {
  const isThere = () =>
    page.evaluate(async (id) => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('sonde');
        opening.onsuccess = () => resolve(opening.result);
      });
      const getting = db.transaction('variables').objectStore('variables').get(id);
      const row = await new Promise((resolve) => (getting.onsuccess = () => resolve(getting.result)));
      db.close();
      return row !== undefined;
    }, id);
  await expect.poll(isThere).toBe(true);
}

// Each goes on where the one before ended.
describe('a conversation', { retry: 0 }, () => {
  let first = '';

  it('goes on in the same interpreter', async () => {
    await dropAndOpen(page, [{ name: 'book.txt', text: 'call me\nIshmael now' }]);
    await page.getByRole('textbox', { name: 'Question' }).fill('How many words?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await answerOf().getByText('4 words.').waitFor({ timeout: 30_000 });
    first = runId();
    // A generator cannot be saved: that it goes on shows that nothing was restored.
    await follow('And twice that?', '8 with call me');
    expect(firstMessage()).toContain('Question 1: How many words?\nAnswer 1: > call me');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    const earlier = page.getByRole('region', { name: 'Earlier in this conversation' });
    await earlier.getByRole('link', { name: 'How many words?' }).waitFor();
    await earlier.getByRole('button', { name: 'Show the whole answer' }).click();
    await earlier.getByRole('blockquote').waitFor();
    await saved(runId());
  });

  it('is there after a reload, and goes on with what could be restored', async () => {
    await page.reload();
    await heading('And twice that?').waitFor();
    await page.getByRole('link', { name: 'How many words?' }).waitFor();
    await follow('What is there, reloaded?', '8 and False');
    await page
      .locator('#content')
      .getByText(/anew\. 1 variable was brought back: count\. Not brought back: lines/)
      .waitFor();
    expect(firstMessage()).toContain('Not brought back: lines (');
    expect(firstMessage()).toContain('Question 2: And twice that?');
  });

  it('branches: another follow-up to the first answer begins from its variables', async () => {
    await page.getByRole('link', { name: 'How many words?' }).click();
    await heading('How many words?').waitFor();
    await page.getByRole('navigation', { name: '1 follow-up' }).waitFor();
    await follow('The branch, then?', '4 again, 3 messages');
    const branches = page.getByRole('navigation', { name: '2 follow-ups' });
    expect(await branches.locator('[aria-current]').textContent()).toBe('The branch, then?');
    for (const [width, colorScheme] of [
      [390, 'dark'],
      [1280, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await settledFaults(page)).toEqual([]);
    }
    await branches.getByRole('link', { name: 'And twice that?' }).click();
    await heading('And twice that?').waitFor();
    await page.goto(`${site.server.url}#/history`);
    await page.getByText('Follow-up ·').nth(2).waitFor();
    const rows = await page.getByRole('region', { name: 'Earlier runs' }).getByRole('link').allInnerTexts();
    expect(rows.map((row) => row.split('\n')[0])).toEqual([
      ...['How many words?', 'And twice that?', 'What is there, reloaded?', 'The branch, then?'],
    ]);
  });

  it('keeps the question when the run it goes on with is gone', async () => {
    await page.goto(`${site.server.url}#/run/${first}`);
    await heading('How many words?').waitFor();
    await page.evaluate((id) => window.sonde.runs.remove(id), first);
    await box().fill('Still there?');
    await box().press('Enter');
    await page.getByRole('alert').getByText('it was removed').waitFor();
    expect(await box().inputValue()).toBe('Still there?');
  });

  it('is had by scripts, with another context', async () => {
    const responses = await page.evaluate(async (baseUrl) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const one = await window.sonde.completion('first text', { root, question: 'How many?' });
      const question = 'What was before?';
      const wrong = window.sonde.completion('', { root, follows: 'none' }).catch(String);
      const two = await window.sonde.completion(' and second ', { root, question, follows: one.runId });
      return [one.response.slice(0, 20), two.response, two.status, await wrong];
    }, server.baseUrl);
    expect(responses).toEqual([
      '> call me\n\n2 words. ',
      'firs and second 2',
      'answered',
      'SondeError: The run this question goes on with is not here: it was removed.',
    ]);
  });
});
