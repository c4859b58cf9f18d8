import { it } from 'vitest';
import { factory, openRepl } from '../browser/repl/harness';
it('probe', async () => {
  const repls = factory();
  const db = await new Promise<IDBDatabase>((res) => { const r = indexedDB.open('b2', 1); r.onupgradeneeded = () => r.result.createObjectStore('c'); r.onsuccess = () => res(r.result); });
  const line = 'The quick brown fox jumps over the lazy dog, and so it goes on.\n';
  const chunk = new Blob([line.repeat(2 ** 15)]);
  const tx = db.transaction('c', 'readwrite'); for (let i = 0; i < 48; i++) tx.objectStore('c').put(chunk, i); await new Promise((r) => (tx.oncomplete = r));
  const stored = () => new Promise<Blob>((res) => { const r = db.transaction('c').objectStore('c').getAll(); r.onsuccess = () => res(new Blob(r.result as Blob[]).slice(0, 1e8)); });
  for (let i = 0; i < 4; i++) {
    await new Promise((r) => setTimeout(r, 2000));
    const t0 = performance.now(); const b = await stored(); const t1 = performance.now();
    await b.arrayBuffer(); const t2 = performance.now();
    const src = { kind: 'text' as const, typeName: 'str', documents: [], chars: 1e8, open: async () => ({ kind: 'text' as const, utf8: b }) };
    const repl = await openRepl(repls, src); const t3 = performance.now();
    console.log(`PROBE idb ${(t1 - t0).toFixed(0)} page-read ${(t2 - t1).toFixed(0)} open ${(t3 - t2).toFixed(0)}`);
    repl.close();
  }
}, 60000);
