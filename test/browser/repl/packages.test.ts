/** Packages by name: asked for, allowed, fetched, checked, kept, and put in place in every interpreter. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptWheels } from '../../../src/adapters/packages/kept-wheels';
import { PackageLock } from '../../../src/adapters/packages/lock';
import { PackageShelf, type ShelfOptions } from '../../../src/adapters/packages/shelf';
import type { PackageQuestion } from '../../../src/core/python-packages';
import type { SandboxReplFactory } from '../../../src/adapters/repl/repl-factory';
import type { CellResult, Repl } from '../../../src/core/ports';
import { cell, factory, noCalls, openRepl } from './harness';
import { textContext } from '../../../src/core/corpus/context';

const BASE = `${location.origin}/test-wheels/`;
const lock = async () => new PackageLock(await (await fetch(`${BASE}lock.json`)).json());

/** What was fetched, by file name. */
let fetched: string[] = [];
let questions: PackageQuestion[] = [];
/** How the user answers; may wait. */
let decide: () => boolean | Promise<boolean> = () => true;
let baseUrl = BASE;
let online = true;
let repls: SandboxReplFactory;

function shelf(options: Partial<ShelfOptions> = {}): PackageShelf {
  return new PackageShelf({
    lock,
    kept: keptWheels(lock),
    baseUrl: () => baseUrl,
    online: () => online,
    fetch: (url, init) => {
      fetched.push(url.slice(baseUrl.length).split('-')[0] ?? '');
      return fetch(url, init);
    },
    ...options,
  });
}

function openWith(on: PackageShelf): Promise<Repl> {
  const provider = on.provider({
    allows: async (question) => {
      questions.push(question);
      return decide();
    },
  });
  return repls.withPackages(provider).open({ context: textContext('text'), onSubcall: noCalls }, never);
}
const never = new AbortController().signal;

beforeEach(async () => {
  [fetched, questions, decide, baseUrl, online] = [[], [], () => true, BASE, true];
  await caches.delete('sonde-packages');
  repls ??= factory();
});
afterEach(() => caches.delete('sonde-packages'));

/** Runs code that must print `printed` and nothing else. */
async function prints(repl: Repl, code: string, printed: string): Promise<CellResult> {
  const result = await cell(repl, code);
  expect(result.stderr).toBe('');
  expect(result.stdout).toBe(printed);
  return result;
}

describe('an import', () => {
  it('brings the package with what it depends on, once, and is asked for once', async () => {
    const here = shelf();
    const repl = await openWith(here);
    await prints(repl, 'import tinypkg\nprint(tinypkg.answer())', '42\n');
    await prints(repl, 'from tinypkg import answer\nimport tinydep as t\nprint(answer() + t.BASE)', '82\n');
    expect(questions).toMatchObject([{ name: 'tinypkg', others: ['tinydep'], host: location.host }]);
    expect(fetched.toSorted()).toEqual(['tinydep', 'tinypkg']);

    // Another interpreter of the page is handed the same bytes; the next page takes them from the device.
    const second = await openWith(here);
    await prints(second, 'import tinypkg\nprint(tinypkg.answer())', '42\n');
    const nextPage = shelf();
    const third = await openWith(nextPage);
    online = false;
    await prints(third, 'import tinypkg\nprint(tinypkg.answer())', '42\n');
    expect(fetched).toHaveLength(2);
    expect(questions).toHaveLength(1);
    expect((await nextPage.kept()).map(({ name }) => name)).toEqual(['tinydep', 'tinypkg']);
    for (const each of [repl, second, third]) each.close();
  });

  it('works in functions, in threads side by side, and under another name than the package has', async () => {
    const repl = await openWith(shelf());
    await prints(
      repl,
      [
        'from concurrent.futures import ThreadPoolExecutor',
        'import importlib',
        'def one():\n    import tinypkg\n    return tinypkg.answer()',
        'def two():\n    import tiny_learn, tinydep\n    return tiny_learn.NAME, tinydep.BASE',
        'with ThreadPoolExecutor(4) as pool:\n    jobs = [pool.submit(f) for f in (one, two, one)]\n    print([j.result() for j in jobs])',
        'print(importlib.import_module("tiny_learn").NAME)',
      ].join('\n'),
      "[42, ('tiny_learn', 40), 42]\ntiny_learn\n",
    );
    expect(fetched.toSorted()).toEqual(['tiny_learn', 'tinydep', 'tinypkg']);
    repl.close();
  });

  it('brings code in WebAssembly, in interpreters side by side', async () => {
    const here = shelf();
    const both = await Promise.all([openWith(here), openWith(here)]);
    const code =
      'from concurrent.futures import ThreadPoolExecutor\ndef work():\n    import tinyext\n    return tinyext.answer()\nwith ThreadPoolExecutor() as pool: print(pool.submit(work).result())';
    await Promise.all(both.map((repl) => prints(repl, code, '42\n')));
    for (const repl of both) repl.close();
  });

  it('by a library that only tries what else there is brings nothing', async () => {
    const repl = await openWith(shelf());
    await prints(repl, 'import tinypkg.optional\nprint(tinypkg.optional.tiny_learn)', 'None\n');
    expect(fetched.toSorted()).toEqual(['tinydep', 'tinypkg']);
    repl.close();
  });

  it('can be written as an installation', async () => {
    const repl = await openWith(shelf());
    await prints(
      repl,
      'import micropip\nawait micropip.install("Tiny_Learn>=0.5")\nimport tiny_learn\nprint(tiny_learn.NAME)',
      'tiny_learn\n',
    );
    await prints(
      repl,
      '%pip install -q tinypkg\n%matplotlib inline\nimport tinypkg\nprint(tinypkg.answer())',
      '42\n',
    );
    const none = await cell(repl, '!pip install nowhere');
    expect(none.error?.message).toContain("No module named 'nowhere'");
    repl.close();
  });

  it('waits for the user without using up the cell’s time, and Stop ends the waiting', async () => {
    const repl = await openWith(shelf());
    decide = () => new Promise((resolve) => setTimeout(() => resolve(true), 4000));
    const waited = await cell(repl, 'import tinydep\nprint(tinydep.BASE)', { computeTimeoutMs: 500 });
    expect(waited.stdout).toBe('40\n');
    decide = () => new Promise(() => undefined);
    const controller = new AbortController();
    const stopping = cell(repl, 'kept = 1\nimport tinypkg', { signal: controller.signal });
    await expect.poll(() => questions.length).toBe(2);
    controller.abort();
    expect((await stopping).interrupted).toBe('stop');
    await prints(repl, 'print(kept)', '1\n');
    repl.close();
  });

  it('is given up in mid-fetch when nobody waits any more, and can be had afterwards', async () => {
    const repl = await openWith(shelf());
    const controller = new AbortController();
    const stopping = cell(repl, 'import slow', { signal: controller.signal });
    await expect.poll(() => fetched.length).toBe(1);
    controller.abort();
    expect((await stopping).interrupted).toBe('stop');
    await prints(repl, 'import slow\nprint(slow.HERE)', 'True\n');
    repl.close();
  });
});

describe('a package that cannot be had is told in one line', () => {
  const cases: readonly (readonly [string, () => void, string, string, number])[] = [
    ['not allowed', () => (decide = () => false), 'import matplotlib', `No module named 'matplotlib' (not available here now: the user has not allowed packages from ${location.host}; print tables instead)`, 0],
    ['offline and not kept', () => (online = false), 'import tinypkg', "No module named 'tinypkg' (not available here now: tinydep is not kept on this device and there is no connection)", 0],
    ['a host that does not answer', () => (baseUrl = 'http://127.0.0.1:9/'), 'import tinydep', "No module named 'tinydep' (not available here now: tinydep is not kept on this device and 127.0.0.1:9 cannot be reached)", 1],
    ['a file that is not there', () => undefined, 'import missing', `No module named 'missing' (not available here now: ${location.host} does not have missing 1.0 (404))`, 1],
    ['a file that is not the pinned one', () => undefined, 'import forged', `No module named 'forged' (not available here now: what ${location.host} sent for forged is not the pinned file)`, 1],
    ['a dependency that is not the pinned one', () => undefined, 'import needsforged', `No module named 'needsforged' (not available here now: what ${location.host} sent for forged is not the pinned file)`, 3],
    ['a file beyond the bound', () => undefined, 'import huge', "No module named 'huge' (not available here now: huge is larger than the 2 MB a package may have)", 1],
    ['no such package', () => undefined, 'import nowhere_at_all', "No module named 'nowhere_at_all'", 0],
    ['no use without a network', () => undefined, 'import requests', "No module named 'requests' (not available here: there is no network; everything to read is in context)", 0],
  ]; // prettier-ignore

  it.for(cases)('%s', async ([, arrange, code, message, fetches]) => {
    arrange();
    const here = shelf({ maxFileBytes: 2_000_000 });
    const repl = await openWith(here);
    const result = await cell(
      repl,
      `try:\n    ${code}\nexcept ImportError as e:\n    print(type(e).__name__, e.name)\n    raise`,
    );
    expect(result.error).toMatchObject({ type: 'ModuleNotFoundError', message });
    expect(result.stdout).toBe(`ModuleNotFoundError ${code.split(' ')[1]}\n`);
    expect(fetched.length).toBe(fetches);
    expect((await here.kept()).map(({ name }) => name)).not.toContain('forged');
    await prints(repl, 'print("on")', 'on\n');
    repl.close();
  });

  it('a kept file that was tampered with is fetched anew', async () => {
    const first = await openWith(shelf());
    await prints(first, 'import tinydep\nprint(tinydep.BASE)', '40\n');
    const cache = await caches.open('sonde-packages');
    const [key] = await cache.keys();
    if (!key) throw new Error('nothing was kept');
    await cache.put(key, new Response('junk'));
    const second = await openWith(shelf());
    await prints(second, 'import tinydep\nprint(tinydep.BASE)', '40\n');
    expect(fetched).toEqual(['tinydep', 'tinydep']);
    first.close();
    second.close();
  });

  it('code that fails while it is imported fails as itself', async () => {
    const repl = await openWith(shelf());
    expect((await cell(repl, 'import broken')).error?.type).toBe('ZeroDivisionError');
    repl.close();
  });

  it('without any shelf there are only the alternatives', async () => {
    const repl = await openRepl(repls);
    const { error } = await cell(repl, 'import micropip\nmicropip.install("numpy")');
    expect(error?.message).toBe(
      "No module named 'numpy' (not available here: use lists with math and statistics)",
    );
    repl.close();
  });
});
