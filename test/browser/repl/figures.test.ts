/** What a cell draws comes out as pictures, within bounds that a hostile cell meets too. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptWheels } from '../../../src/adapters/packages/kept-wheels';
import { PackageLock } from '../../../src/adapters/packages/lock';
import { PackageShelf } from '../../../src/adapters/packages/shelf';
import { textContext } from '../../../src/core/corpus/context';
import type { Repl } from '../../../src/core/ports';
import { cell, factory, noCalls } from './harness';

const baseUrl = `${location.origin}/test-wheels/`;
const repls = factory();
let repl: Repl;

/** A stand-in for matplotlib: the functions figures go through, and a `savefig` that writes a real PNG. */
beforeAll(async () => {
  const lock = async () => new PackageLock(await (await fetch(`${baseUrl}lock.json`)).json());
  const shelf = new PackageShelf({
    lock,
    kept: keptWheels(lock),
    baseUrl: () => baseUrl,
    fetch: (url, init) => fetch(url, init),
  });
  const provider = shelf.provider({ allows: () => Promise.resolve(true) });
  const init = { context: textContext('text'), onSubcall: noCalls };
  repl = await repls.withPackages(provider).open(init, new AbortController().signal);
  await cell(repl, 'import matplotlib.pyplot as plt');
});
afterAll(async () => {
  repls.close();
  await caches.delete('sonde-packages');
});

async function sizeOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  return `${bitmap.width}×${bitmap.height}`;
}

describe('figures of a cell', () => {
  it('are kept in order with what they show, and closed', async () => {
    const result = await cell(repl, 'plt.figure(title="Whales by year")\nplt.figure()\nprint("drawn")');
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('drawn\n');
    expect(result.figures?.map(({ mime, alt }) => [mime, alt])).toEqual([
      ['image/png', 'Whales by year'],
      ['image/png', 'count against year'],
    ]);
    expect(await sizeOf(result.figures?.[0]?.bytes ?? new Uint8Array())).toBe('320×200');
    const next = await cell(repl, 'print(plt.get_fignums())');
    expect(next.stdout).toBe('[]\n');
    expect(next.figures).toBeUndefined();
  });

  it('are kept where they are shown, also in a cell that fails later', async () => {
    const result = await cell(
      repl,
      'plt.figure(title="a")\nplt.show()\nplt.figure(title="b")\nplt.show()\n1/0',
    );
    expect(result.figures?.map(({ alt }) => alt)).toEqual(['a', 'b']);
    expect(result.error?.type).toBe('ZeroDivisionError');
    expect(result.stderr).not.toContain('Warning');
  });

  it('beyond the bounds are told, and one that cannot be drawn is no error of the cell', async () => {
    const many = await cell(repl, 'for n in range(12): plt.figure(title=str(n))');
    expect(many.figures).toHaveLength(10);
    expect(many.stderr).toContain('10 figures were kept, 2 were not');
    const large = await cell(repl, 'plt.figure(size=(60, 60))\nplt.figure(title="small")');
    expect(large.figures?.map(({ alt }) => alt)).toEqual(['small']);
    const broken = await cell(repl, 'plt.figure(broken=True)\nprint("on")');
    expect(broken.error).toBeNull();
    expect(broken.stderr).toContain('figure 1 could not be drawn: ValueError: cannot draw this');
  });
});

describe('a hostile cell', () => {
  const start = 'b"\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR"';
  it.for([
    ['what is no picture', 'b"<svg onload=alert(1)>" * 9', 1],
    ['a picture of an absurd size', `${start} + b"\\xff" * 8 + b"\\0" * 60`, 1],
    ['more bytes than fit', `${start} + b"\\0\\0\\1\\0" * 2 + b"\\0" * 5_000_000`, 1],
    ['too many', `${start} + b"\\0\\0\\1\\0" * 2 + b"\\0" * 60`, 11],
  ] as const)('that sends %s is ended', async ([, png, times]) => {
    const code = `from sonde.threads import bridge\nfor _ in range(${times}): bridge.figure(${png}, "x")`;
    const result = await cell(repl, code);
    expect(result.error?.message).toContain('out of bounds');
    expect(result.figures).toBeUndefined();
    expect((await cell(repl, 'print("fresh")')).stdout).toBe('fresh\n');
  });
});

it('matplotlib is there again in an interpreter that replaced a lost one', async () => {
  const result = await cell(repl, 'import matplotlib.pyplot as plt\nplt.figure(title="again")');
  expect(result.figures?.map(({ alt }) => alt)).toEqual(['again']);
});
