import { describe, expect, test } from 'vitest';
import { ImportQueue } from '../../../src/adapters/store/import-queue';
import { Nesting } from '../../../src/adapters/store/nesting';

interface Named {
  readonly name: string;
  readonly sizeBytes: number;
}
const files = (...names: string[]): Named[] => names.map((name) => ({ name, sizeBytes: 1 }));

describe('files are read in order', () => {
  test('what is found in a file comes right after it, at any depth', async () => {
    const inside: Record<string, string[]> = { b: ['b1', 'b2'], b1: ['b1x'], d: ['d1'] };
    const queue = new ImportQueue<Named, string>(files('a', 'b', 'c', 'd', 'e'), async ({ name }) => {
      await new Promise((resolve) => setTimeout(resolve, name.length % 3));
      return name;
    });
    const order: string[] = [];
    for (let name = await queue.next(); name; name = await queue.next()) {
      order.push(name);
      queue.insert(files(...(inside[name] ?? [])));
    }
    expect(order).toEqual(['a', 'b', 'b1', 'b1x', 'b2', 'c', 'd', 'd1', 'e']);
  });

  test('a few small ones at a time, a large one alone', async () => {
    let active = 0;
    const most: Record<string, number> = {};
    const all = [
      ...files(...Array.from({ length: 20 }, (_, i) => `s${String(i)}`)),
      { name: 'large', sizeBytes: 1e9 },
    ];
    const queue = new ImportQueue<Named, Named>(all, async (file) => {
      active++;
      await new Promise((resolve) => setTimeout(resolve, 2));
      most[file.name.charAt(0)] = Math.max(most[file.name.charAt(0)] ?? 0, active);
      active--;
      return file;
    });
    while (await queue.next());
    expect(most).toEqual({ s: 6, l: 1 });
  });

  test('what was read ahead and never asked for is handed back', async () => {
    const queue = new ImportQueue<Named, string>(files('a', 'b', 'c'), async ({ name }) => name);
    expect(await queue.next()).toBe('a');
    expect(await queue.unused()).toEqual(['b', 'c']);
    expect(await queue.next()).toBeNull();
  });
});

describe('files in files are bounded', () => {
  test('in depth', () => {
    let nesting = Nesting.of(1000);
    for (let depth = 1; depth <= 8; depth++) nesting = nesting.inner(1000);
    expect(() => nesting.inner(1000)).toThrow(/8 deep/);
  });

  test('in bytes, counted over all depths together', () => {
    const outer = Nesting.of(10);
    outer.inner(3_000_000_000);
    const inner = outer.inner(900_000_000);
    expect(() => inner.inner(200_000_000)).toThrow(/More comes out/);
    expect(() => outer.inner(1)).toThrow(/More comes out/);
  });
});
