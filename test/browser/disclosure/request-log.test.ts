import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SondeDatabase } from '../../../src/adapters/store/database';
import { createRequestLog } from '../../../src/adapters/store/request-log';
import type { SentRequest } from '../../../src/core/disclosure/departure';
import { glanceAt } from '../../../src/core/disclosure/glance';
import type { Problem } from '../../../src/core/errors';

let db: SondeDatabase;
let problems: Problem[];
beforeEach(() => {
  db = new SondeDatabase(`sonde-test-${crypto.randomUUID()}`);
  problems = [];
});
afterEach(async () => {
  await db.delete();
});

const open = (database = db) => createRequestLog(database, (problem) => problems.push(problem));

function request(treeId: string | null, host: string, text: string): SentRequest {
  const origin =
    treeId === null ? undefined : { treeId, runId: treeId, nodeId: 'turn', role: 'root' as const };
  const parts = [{ role: 'user', text }];
  return { purpose: 'root', origin, atMs: 1, host, method: 'POST', bodyBytes: text.length, parts };
}

test('a run is read back by another page: requests in order, each text once, closed and whole', async () => {
  const log = open();
  log.begin('run', { keep: true });
  for (let i = 0; i < 5; i++)
    log.note(request('run', 'far.example', i % 2 === 0 ? 'the same text' : 'another'));
  await log.end('run');
  const other = open(new SondeDatabase(db.name));
  expect((await other.departures('run')).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
  expect(await db.sentTexts.count()).toBe(2);
  const hashes = (await other.departures('run')).flatMap(({ parts }) => parts.map(({ hash }) => hash));
  expect([...(await other.texts('run', hashes)).values()].sort()).toEqual(['another', 'the same text']);
  const mark = await other.mark('run');
  expect(mark?.hosts).toEqual([{ host: 'far.example', requests: 5, bodyBytes: 3 * 13 + 2 * 7 }]);
  expect(glanceAt(mark, false).verdict).toBe('left');
});

test('what belongs to no run that is known counts against every run that goes on', async () => {
  const log = open();
  for (const id of ['one', 'two', 'three']) log.begin(id, { keep: id !== 'two' });
  await log.end('three');
  log.note({ ...request(null, 'cdn.example', ''), purpose: 'package', method: 'GET', parts: [] });
  log.note({ ...request(null, 'far.example', ''), purpose: 'list', method: 'GET', parts: [] });
  const verdicts = await Promise.all(
    ['one', 'two', 'three'].map(async (id) => glanceAt(await log.mark(id), true).verdict),
  );
  expect(verdicts).toEqual(['left', 'left', 'nothing']);
  expect((await log.totals()).map(({ host }) => host).sort()).toEqual(['cdn.example', 'far.example']);
  await log.end('two');
  expect(await db.marks.get('two')).toBeUndefined();
  expect((await log.departures('two')).map(({ host }) => host)).toEqual(['cdn.example']);
});

describe('when the disk refuses a row', () => {
  test('the run is incomplete, here and for whoever opens it later, and the totals are not lost', async () => {
    const log = open();
    log.begin('run', { keep: true });
    // The real put rejects as on a full disk.
    const refuse = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    db.requests.hook('creating', refuse);
    log.note(request('run', '127.0.0.1:1234', 'a text'));
    await log.totals();
    expect(glanceAt(await log.mark('run'), true).verdict).toBe('incomplete');
    db.requests.hook('creating').unsubscribe(refuse);
    await log.end('run');
    const later = open(new SondeDatabase(db.name));
    expect(glanceAt(await later.mark('run'), false).verdict).toBe('incomplete');
    expect(await later.totals()).toMatchObject([{ host: '127.0.0.1:1234', requests: 1, bodyBytes: 6 }]);
    expect(problems.map(({ code }) => code)).toEqual(['quota']);
  });
});
