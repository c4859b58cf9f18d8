import { mount, tick, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../../src/ui/tokens.css';
import '../../../src/ui/base.css';
import { AskingState } from '../../../src/app/asking.svelte';
import { AskState } from '../../../src/app/ask.svelte';
import { LibraryState } from '../../../src/app/library.svelte';
import { ModelsState } from '../../../src/app/models.svelte';
import { Notices } from '../../../src/app/notices.svelte';
import { Router } from '../../../src/app/router.svelte';
import { RunsState, type RunHooks } from '../../../src/app/runs.svelte';
import type { RunOutcome, RunRequest } from '../../../src/core/run/request';
import RunsPage from '../../dev/RunsPage.svelte';
import { idleModel, memoryLibrary, MemoryRuns } from '../../dev/memory';
import { idleDevice } from '../../fixtures/device/idle-device';
import { syntheticRun, type SyntheticOptions } from '../../fixtures/synthetic-run';

const book =
  'Loomings.\n\nCall me Ishmael. Some years ago—never mind how long precisely—having little money. '.padEnd(
    20_000,
    'The sea. ',
  ) + ' I’d strike the sun if it insulted me.';

let mounted: Record<string, unknown> | null = null;
let router: Router | null = null;

interface Setting {
  readonly hash?: string;
  readonly show?: string;
  readonly start?: (request: RunRequest, hooks: RunHooks) => Promise<RunOutcome>;
  readonly stored?: SyntheticOptions;
  readonly host?: string | null;
  readonly documents?: Record<string, string>;
}

async function show(setting: Setting = {}) {
  location.hash = setting.hash ?? '#/';
  const store = new MemoryRuns();
  if (setting.stored) for (const event of syntheticRun(setting.stored)) store.append('run', event);
  const adapter = memoryLibrary(setting.documents ?? { 'moby-dick.txt': book });
  const library = new LibraryState({ library: adapter, sample: () => Promise.resolve([]) }, new Notices());
  await library.refresh();
  const settings = {
    get: () => Promise.resolve(null),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const models = new ModelsState({
    presets: [],
    listModels: () => Promise.resolve([]),
    testConnection: () => Promise.reject(new Error('not here')),
    settings,
    session: null,
    newId: () => 'id',
  });
  const runs = new RunsState({
    start: setting.start ?? (() => Promise.reject(new Error('not started'))),
    store,
  });
  router = new Router();
  const ask = new AskState({
    library,
    models,
    asking: new AskingState({ settings, models }),
    runs,
    conversations: { follow: () => Promise.reject(new Error('not here')), giveBack: () => undefined },
    openModel: () => idleModel('a model', setting.host ?? null),
    unsupported: null,
    warmPython: () => undefined,
  });
  const target = document.createElement('div');
  target.style.cssText = 'position: fixed; inset: 0; background: var(--paper)';
  document.body.append(target);
  mounted = mount(RunsPage, {
    target,
    props: { ask, runs, library, models, device: idleDevice(), router, show: setting.show ?? 'ask' },
  });
  await tick();
  return { ask, runs, store, models };
}

afterEach(async () => {
  if (mounted) await unmount(mounted);
  router?.close();
  mounted = null;
  document.body.replaceChildren();
});

const question = () => page.getByRole('textbox', { name: 'Question' });
const play =
  (events = syntheticRun()) =>
  (_request: RunRequest, hooks: RunHooks): Promise<RunOutcome> => {
    for (const event of events) hooks.onEvent(event);
    return Promise.resolve({ runId: 'run', status: 'answered', answer: '', problem: null, durationMs: 1 });
  };

describe('asking', () => {
  it('asks with Ctrl Enter, goes to the run, and shows its answer', async () => {
    let asked: RunRequest | null = null;
    await show({
      start: (request, hooks) => {
        asked = request;
        return play()(request, hooks);
      },
    });
    await question().fill('What did Ahab lose?');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(page.getByText('Ahab is missing a leg', { exact: false })).toBeVisible();
    expect(location.hash).toBe('#/run/run');
    expect(asked).toMatchObject({ question: 'What did Ahab lose?', corpus: { id: 'c1', name: 'Moby-Dick' } });
    await expect.element(page.getByRole('textbox', { name: 'Ask a follow-up' })).toHaveValue('');
  });

  it('says what is missing, and what to do', async () => {
    await show();
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('There is no question yet.');
  });

  it('says when there is no text to ask about', async () => {
    await show({ documents: { 'empty.txt': '' } });
    await question().fill('Anything?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('There is no text in Moby-Dick.');
  });

  it('keeps the question and says why when a run cannot begin', async () => {
    await show({ start: () => Promise.reject(new Error('Python could not be started.')) });
    await question().fill('What did Ahab lose?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('Python could not be started.');
    await expect.element(question()).toHaveValue('What did Ahab lose?');
  });

  it('says which way it will be read and why, and asks that way, for once without recorded replies', async () => {
    const asked: RunRequest[] = [];
    const { ask } = await show({
      host: 'api.example.org',
      start: (request, hooks) => {
        asked.push(request);
        return play()(request, hooks);
      },
    });
    await expect
      .element(page.getByText(/^Automatic: asked directly\. The text takes about 5k tokens/))
      .toBeVisible();
    await expect.element(page.getByText('the whole text of your documents')).toBeVisible();
    await page.getByText('How it is read', { exact: true }).first().click();
    await page.getByRole('radio', { name: 'Recurse' }).click({ force: true });
    await expect.element(page.getByText('the parts of your documents the code passes on')).toBeVisible();
    await page.getByRole('radio', { name: 'Automatic' }).click({ force: true });
    await page.getByRole('checkbox', { name: 'Take recorded replies' }).click();
    await question().fill('What did Ahab lose?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]).toMatchObject({ way: 'auto', cache: false, verifier: null, refs: { verifier: null } });
    expect([ask.way, ask.cache]).toEqual(['auto', true]);
  });

  it('says what leaves the device before anything does', async () => {
    await show();
    await expect.element(page.getByText('Nothing leaves this device.')).toBeVisible();
    await unmount(mounted ?? {});
    mounted = null;
    document.body.replaceChildren();
    await show({ host: 'api.example.org' });
    await expect
      .element(page.getByText('api.example.org is sent your question and the whole text of your documents'))
      .toBeVisible();
  });

  it('takes limits that can be read, and says in words what is wrong with others', async () => {
    const { models } = await show();
    await page.getByText('Limits', { exact: true }).click();
    const turns = page.getByRole('textbox', { name: 'Turns' });
    await turns.fill('5');
    expect(models.limits.maxTurns).toBe(5);
    await turns.fill('many');
    await expect.element(page.getByText('“many” is not a number.')).toBeVisible();
    expect(models.limits.maxTurns).toBe(5);
    await page.getByRole('textbox', { name: 'Money' }).fill('0,25');
    expect(models.limits.maxBudgetUsd).toBe(0.25);
  });

  it('stops a run, and says what was kept', async () => {
    const events = syntheticRun({ cutAt: 12 });
    const end = syntheticRun({ status: 'stopped', answer: 'So far: a leg.', problem: null }).findLast(
      (event) => event.type === 'run-finished',
    );
    await show({
      start: (_request, hooks) =>
        new Promise((resolve) => {
          for (const event of events) hooks.onEvent(event);
          hooks.signal.addEventListener('abort', () => {
            if (end) hooks.onEvent(end);
            resolve({ runId: 'run', status: 'stopped', answer: '', problem: null, durationMs: 1 });
          });
        }),
    });
    await question().fill('What did Ahab lose?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect
      .element(page.getByRole('region', { name: 'Answer' }))
      .toHaveTextContent(/Stopped.*So far: a leg\./s);
    await expect.element(page.getByRole('button', { name: 'Stop' })).not.toBeInTheDocument();
  });
});

describe('an answer', () => {
  it('marks quotations that stand in the documents with their place, and those that do not', async () => {
    await show({ stored: {}, hash: '#/run/run' });
    const found = page.getByRole('link', { name: /Verified quotation, moby-dick\.txt/ });
    await expect.poll(() => found.elements().length).toBe(2);
    await expect.element(page.getByText('? not found in the documents')).toBeVisible();
    await expect.element(page.getByText('1 quotation of 3 does not stand in the documents')).toBeVisible();
    expect(document.body.textContent).not.toContain('@ 28000');
  });

  it('opens the document at the span, in the page and from an address', async () => {
    await show({ stored: {}, hash: '#/run/run' });
    const second = page.getByRole('link', { name: /Verified quotation/ }).nth(1);
    await second.click();
    const start = book.indexOf('I’d strike');
    expect(location.hash).toContain(`/doc/moby-dick.txt?at=${String(start)}-`);
    expect(location.hash).toContain('run=run');
    await expect.element(second).toHaveAttribute('aria-current', 'true');
    await unmount(mounted ?? {});
    mounted = null;
    document.body.replaceChildren();
    await show({ stored: {}, hash: '#/run/run?quote=0' });
    await expect.poll(() => location.hash).toContain('/doc/moby-dick.txt?at=11-');
  });

  it.each([
    [
      { status: 'partial', problem: { code: 'limit', message: 'The run reached 4 turns.' } },
      /Partial answer.*4 turns\./s,
    ],
    [
      { status: 'failed', problem: { code: 'auth', message: 'The key was refused.' } },
      /Failed.*The key was refused\..*trace/s,
    ],
    [{ cutAt: 40 }, /Broke off.*never finished.*trace/s],
  ] as const)('says how the run ended: %o', async (stored, words) => {
    await show({ stored, hash: '#/run/run' });
    await expect.element(page.getByRole('region', { name: 'Answer' })).toHaveTextContent(words);
  });

  it('says that a run is not here', async () => {
    await show({ hash: '#/run/elsewhere' });
    await expect.element(page.getByText('This run is not here')).toBeVisible();
  });
});

describe('the history', () => {
  it('lists runs with question, status and when, opens one, and removes one after asking', async () => {
    const { store } = await show({ stored: { question: 'What of the leg?' }, show: 'history' });
    const link = page.getByRole('link', { name: /What of the leg\?/ });
    await expect.element(link).toHaveTextContent(/Answered.*Moby-Dick/s);
    expect((link.element() as HTMLAnchorElement).hash).toBe('#/run/run');
    await page.getByRole('button', { name: /Remove the run/ }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect.element(page.getByText('No runs yet')).toBeVisible();
    expect(store.logs.size).toBe(0);
  });
});
