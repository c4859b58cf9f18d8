/** No way out to a server: every route is tried from Python in the sandbox, and again where it is open. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, type LabSite } from './grounds';
import {
  startDatagramListener,
  startForeignServer,
  type DatagramListener,
  type HitServer,
} from './listeners';
import { inPlainWorker, inSandbox, openSandbox, underPolicyAlone } from './probe';
import { ABSENT, HTTP_ROUTES, OWN_ORIGIN_ROUTES } from './routes';

let lab: LabSite;
let foreign: HitServer;
let datagrams: DatagramListener;
/** Tokens that went into the sandbox: none may turn up at a server, however late. */
const sent: string[] = [];
let tokens = 0;

beforeAll(async () => {
  [lab, foreign, datagrams] = await Promise.all([openLab(), startForeignServer(), startDatagramListener()]);
  await openSandbox(lab.page);
});
afterAll(async () => {
  await lab.close();
  await foreign.close();
  await datagrams.close();
});

const target = (origin: string, token: string) =>
  `const url = '${origin}/${token}', ws = '${origin.replace('http', 'ws')}/${token}';`;

async function arrives(hits: () => number, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    if (hits() > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return hits() > 0;
}

describe.for(['the own origin', 'a foreign origin'] as const)('to %s', (where) => {
  const routes = where === 'the own origin' ? [...HTTP_ROUTES, ...OWN_ORIGIN_ROUTES] : HTTP_ROUTES;
  it.for(routes)('$name reaches nothing from Python, and does from a plain worker', async ({ body }) => {
    const server = where === 'the own origin' ? lab : foreign;
    const jailed = `escape${++tokens}e`;
    const bare = `escape${++tokens}e`;
    const free = `control${++tokens}e`;
    sent.push(jailed, bare);
    const inside = await inSandbox(lab.page, target(server.origin, jailed) + body);
    const alone = await underPolicyAlone(lab.page, target(server.origin, bare) + body);
    const plain = await inPlainWorker(lab.page, target(server.origin, free) + body);
    expect(await arrives(() => server.hits(free), 4000), `control: ${plain}`).toBe(true);
    expect(server.hits(jailed), `from Python: ${inside}`).toBe(0);
    expect(server.hits(bare), `under the policy alone: ${alone}`).toBe(0);
  });
});

describe('what no worker has', () => {
  it.for(ABSENT)('$name is in no dedicated worker at all (not a merit of the sandbox)', async ({ body }) => {
    expect(await inPlainWorker(lab.page, body)).toBe('returned undefined');
    expect(await inSandbox(lab.page, body)).toBe('returned undefined');
  });
});

describe('datagrams', () => {
  const stun = (
    port: number,
  ) => `const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }] });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    await new Promise((resolve) => setTimeout(resolve, 1500));`;

  it('WebTransport sends none from Python, and does from a plain worker', async () => {
    const body = `await new WebTransport('https://127.0.0.1:${datagrams.port}/x').ready`;
    const before = datagrams.datagrams();
    const inside = await inSandbox(lab.page, body);
    const alone = await underPolicyAlone(lab.page, body);
    expect(datagrams.datagrams() - before, `${inside}; ${alone}`).toBe(0);
    const plain = await inPlainWorker(lab.page, body);
    expect(await arrives(() => datagrams.datagrams() - before, 4000), `control: ${plain}`).toBe(true);
  });

  it('WebRTC sends none from Python, and does from the page itself', async () => {
    const before = datagrams.datagrams();
    const inside = await inSandbox(lab.page, stun(datagrams.port));
    expect(inside).toMatch(/^threw ReferenceError/);
    expect(datagrams.datagrams() - before).toBe(0);
    await lab.page.evaluate(`(async () => { ${stun(datagrams.port)} })()`);
    expect(await arrives(() => datagrams.datagrams() - before, 4000)).toBe(true);
  });
});

describe('in the end', () => {
  it('nothing that was sent into the sandbox has turned up anywhere', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(sent.filter((token) => lab.hits(token) + foreign.hits(token) > 0)).toEqual([]);
    expect(sent.length).toBeGreaterThan(100);
  });
});
