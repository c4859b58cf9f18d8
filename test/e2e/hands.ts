/** What a user's hands do on the page, for tests that need it on the way to something else. */

import type { Page } from 'playwright';

export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

/** Drops files on the page. */
export async function drop(page: Page, files: readonly GivenFile[]): Promise<void> {
  const transfer = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, text } of files) data.items.add(new File([text], name));
    return data;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

/** Drops files and waits until one can ask about them. Returns the corpus id. */
export async function dropAndOpen(page: Page, files: readonly GivenFile[]): Promise<string> {
  await drop(page, files);
  await page.waitForURL(/#\/corpus\/[^/]+\/ask$/);
  await page.getByRole('textbox', { name: 'Question' }).waitFor();
  return /#\/corpus\/([^/]+)\/ask$/.exec(page.url())?.[1] ?? '';
}

/** Asks through the form and waits for the answer. Returns the run's id. */
export async function ask(page: Page, question: string): Promise<string> {
  await page.getByRole('textbox', { name: 'Question' }).fill(question);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('Answered').first().waitFor({ timeout: 60_000 });
  return /#\/run\/([^/?]+)/.exec(page.url())?.[1] ?? '';
}
