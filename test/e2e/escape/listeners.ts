/** Servers that only count: whatever arrives with a token in its path, or as a datagram, was let out by someone. */

import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createHash } from 'node:crypto';
import { generate } from 'selfsigned';

export interface HitServer {
  readonly origin: string;
  /** Requests and upgrades so far whose path holds the token. */
  hits(token: string): number;
  close(): Promise<void>;
}

export interface DatagramListener {
  readonly port: number;
  /** Datagrams so far, of whatever kind: nobody has any reason to send one. */
  readonly datagrams: () => number;
  close(): Promise<void>;
}

/** What WebSocket servers append to the key, by RFC 6455. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A plain HTTP server of another origin that lets everybody in and answers in the kind that was asked for. */
export async function startForeignServer(): Promise<HitServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(request, response);
  });
  server.on('upgrade', (request, socket) => {
    paths.push(request.url ?? '');
    acceptWebSocket(request, socket);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listening(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    hits: (token) => paths.filter((path) => path.includes(token)).length,
    close: () => {
      for (const socket of sockets) socket.destroy(); // upgraded ones are no longer the server's
      return closed(server);
    },
  };
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*');
  response.setHeader('access-control-allow-private-network', 'true');
  if (headers.accept === 'text/event-stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: hello\n\n');
  } else if (url.endsWith('.js')) {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end('void 0;\n');
  } else response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
}

function acceptWebSocket({ headers }: IncomingMessage, socket: Duplex): void {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${WEBSOCKET_GUID}`);
  const protocol = headers['sec-websocket-protocol']?.split(',')[0];
  socket.on('error', () => socket.destroy()); // clients go away as they like
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n` +
      (protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n` : '\r\n'),
  );
}

/** Counts datagrams, as a STUN server or a QUIC one would get them. */
export async function startDatagramListener(): Promise<DatagramListener> {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', () => count++);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    datagrams: () => count,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** An HTTPS server on the loopback with a certificate made now: browsers need `--ignore-certificate-errors`. */
export async function startSecureServer(
  handler: RequestListener,
): Promise<{ origin: string; close(): Promise<void> }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
  });
  const server = createSecureServer({ key, cert }, handler);
  const port = await listening(server);
  return { origin: `https://127.0.0.1:${port}`, close: () => closed(server) };
}

type Listening = ReturnType<typeof createServer>;

async function listening(server: Listening): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port; // TCP: never a string or null
}

function closed(server: Listening): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
