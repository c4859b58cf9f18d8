/** The list of documents in a real browser: tags, several at once, passwords and pictures, by keyboard and by name. */

import axe from 'axe-core';
import { mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import type { App } from '../../../src/app/app.svelte';
import { Router } from '../../../src/app/router.svelte';
import type { StoredDocument } from '../../../src/core/corpus/library';
import { SondeError } from '../../../src/core/errors';
import CorpusList from '../../../src/ui/library/CorpusList.svelte';
import CorpusView from '../../../src/ui/library/CorpusView.svelte';
import { memoryLibrary, stored } from '../../fixtures/memory-library';

let mounted: Record<string, unknown> | null = null;
let target: HTMLElement;

const locked: Partial<StoredDocument> = {
  chars: 0,
  hasSource: true,
  kind: 'pdf',
  problem: { code: 'password', message: 'This PDF opens with a password only.' },
};
const scan: Partial<StoredDocument> = {
  chars: 0,
  hasSource: true,
  kind: 'pdf',
  problem: { code: 'empty', message: 'The pages of this PDF are pictures.' },
};

async function open(documents: StoredDocument[], collections: readonly (string | null)[] = [null]) {
  const memory = memoryLibrary();
  const { state, library } = memory;
  const corpora = collections.map((collection, index) => ({
    ...{ id: `c${String(index + 1)}`, name: `Corpus ${String(index + 1)}`, createdAtMs: index },
    ...{ documents: documents.length, chars: 4, sizeBytes: 4, collection },
  }));
  library.list = () => Promise.resolve([...corpora]);
  library.documents = () => Promise.resolve([...documents]);
  library.setTags = (ids, tags) => {
    for (const [index, document] of documents.entries())
      if (ids.includes(document.id)) documents[index] = { ...document, tags };
    return Promise.resolve();
  };
  library.setCollection = (id, collection) => {
    const index = corpora.findIndex((corpus) => corpus.id === id);
    const corpus = corpora[index];
    if (corpus) corpora[index] = { ...corpus, collection };
    return Promise.resolve();
  };
  library.removeDocument = (id) => {
    documents.splice(
      documents.findIndex((document) => document.id === id),
      1,
    );
    return Promise.resolve();
  };
  await state.refresh();
  const router = new Router();
  // What these places use of the page.
  const app = { library: state, router, notices: memory.notices } as unknown as App;
  return { ...memory, app, corpus: corpora[0] };
}

const rows = () => page.getByRole('list', { name: 'Documents' }).getByRole('listitem').elements().length;
/** Once everything has come to rest: what is half faded in has half its contrast. */
async function faults() {
  await Promise.all(document.getAnimations().map(({ finished }) => finished));
  const rules = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };
  const { violations } = await axe.run(document.body, { rules });
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
}

beforeEach(() => {
  target = document.createElement('main');
  target.style.cssText = 'position: fixed; inset: 0';
  document.body.append(target);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.replaceChildren();
});

describe('the documents of a corpus', () => {
  it('get a tag, several at once, and are filtered by it', async () => {
    const { app, corpus } = await open([stored('a.txt', 'c1'), stored('b.txt', 'c1'), stored('c.txt', 'c1')]);
    if (!corpus) throw new Error('no corpus');
    mounted = mount(CorpusView, { target, props: { app, corpus } });
    await userEvent.click(page.getByRole('button', { name: 'Select' }));
    await userEvent.click(page.getByRole('checkbox', { name: /a\.txt/ }));
    await userEvent.click(page.getByRole('checkbox', { name: /c\.txt/ }));
    await expect.element(page.getByText('2 selected')).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Tags…' }));
    await userEvent.fill(page.getByRole('textbox', { name: 'New tag' }), ' evidence ');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('checkbox', { name: 'evidence' })).toBeChecked();
    expect(await faults()).toEqual([]);
    await userEvent.click(page.getByRole('button', { name: 'Save' }));
    await userEvent.click(page.getByRole('button', { name: 'Done' }));
    const chip = page.getByRole('button', { name: 'evidence, 2 documents' });
    await userEvent.click(chip);
    await expect.element(chip).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(rows).toBe(2);
    expect(await faults()).toEqual([]);
    await userEvent.click(chip);
    await expect.poll(rows).toBe(3);
  });

  it('are removed together, after one question', async () => {
    const { app, corpus } = await open([stored('a.txt', 'c1'), stored('b.txt', 'c1'), stored('c.txt', 'c1')]);
    if (!corpus) throw new Error('no corpus');
    mounted = mount(CorpusView, { target, props: { app, corpus } });
    await userEvent.click(page.getByRole('button', { name: 'Select' }));
    await userEvent.click(page.getByRole('button', { name: 'All' }));
    await userEvent.click(page.getByRole('checkbox', { name: /b\.txt/ }));
    await userEvent.click(page.getByRole('button', { name: 'Remove…' }));
    await userEvent.click(
      page.getByRole('dialog', { name: 'Remove 2 documents?' }).getByRole('button', { name: 'Remove' }),
    );
    await expect.poll(rows).toBe(1);
    await expect.element(page.getByRole('link', { name: /b\.txt/ })).toBeVisible();
  });

  it('that are locked take a password, and say so when it is wrong', async () => {
    const documents = [stored('sealed.pdf', 'c1', locked)];
    const { app, corpus, library } = await open(documents);
    if (!corpus) throw new Error('no corpus');
    library.unlock = (_id, password) => {
      if (password !== 'right')
        return Promise.reject(new SondeError({ code: 'password', message: 'This is not the password.' }));
      documents[0] = stored('sealed.pdf', 'c1');
      return Promise.resolve(documents[0]);
    };
    mounted = mount(CorpusView, { target, props: { app, corpus } });
    await userEvent.click(page.getByRole('button', { name: 'Enter password…' }));
    const field = page.getByRole('textbox', { name: 'Password' });
    await expect.element(field).toHaveFocus();
    await userEvent.fill(field, 'wrong');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('This is not the password.').first()).toBeVisible();
    await expect.element(field).toHaveAttribute('aria-invalid', 'true');
    expect(await faults()).toEqual([]);
    await userEvent.fill(field, 'right');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('link', { name: /sealed\.pdf/ })).toBeVisible();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  });

  it('that are pictures are read only after it was said what that takes, and can be stopped', async () => {
    const { app, corpus, library } = await open([stored('scan.pdf', 'c1', scan)]);
    if (!corpus) throw new Error('no corpus');
    let asked = 0;
    library.recognise = (_id, _options, onShare, signal) => {
      asked++;
      onShare(0.25);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new DOMException('Cancelled', 'AbortError'));
        });
      });
    };
    mounted = mount(CorpusView, { target, props: { app, corpus } });
    await userEvent.click(page.getByRole('button', { name: /OCR/ }));
    await expect.element(page.getByText(/about 7 MB/)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Not now' }));
    expect(asked).toBe(0);
    await userEvent.click(page.getByRole('button', { name: /OCR/ }));
    await userEvent.click(page.getByRole('button', { name: 'Fetch and read' }));
    await expect.element(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25');
    expect(await faults()).toEqual([]);
    await userEvent.click(page.getByRole('button', { name: 'Cancel' }));
    await expect.element(page.getByRole('button', { name: /OCR/ })).toBeVisible();
    expect(asked).toBe(1);
  });
});

it('corpora stand under their collections, and are moved to another', async () => {
  const { app } = await open([], ['Work', null]);
  mounted = mount(CorpusList, { target, props: { app, corpusId: null } });
  const headings = () =>
    page
      .getByRole('heading', { level: 3 })
      .elements()
      .map(({ textContent }) => textContent);
  await expect.poll(headings).toEqual(['Work', 'In no collection']);
  await userEvent.click(page.getByRole('button', { name: 'Actions for Corpus 2' }));
  await userEvent.click(page.getByRole('menuitem', { name: 'Move to a collection…' }));
  await userEvent.fill(page.getByRole('combobox', { name: 'Collection' }), 'Home');
  expect(await faults()).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await userEvent.click(page.getByRole('button', { name: 'Move', exact: true }));
  await expect.poll(headings).toEqual(['Home', 'Work']);
});
