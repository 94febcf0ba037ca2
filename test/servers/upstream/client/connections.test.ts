import { lookup } from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { Connections } from '../../../../src/servers/upstream/http/client/connections.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const REQUEST = { head: 'GET / HTTP/1.1\r\nhost: x\r\n', body: null };

let server: Server | undefined;
let connections: Connections | undefined;

afterEach(() => {
  connections?.destroy(new Error('The test is over'));
  server?.close();
});

/** A server that answers by `react`, and what has reached it. */
async function serve(react: (socket: Socket, request: string) => void): Promise<{ sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (data) => react(socket, data.toString('latin1')));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  connections = new Connections(new URL(`http://127.0.0.1:${port}/`), lookup);
  return { sockets };
}

/** The body of the response, or the error's message. */
function get(request: { head: string; body: Buffer | null } = REQUEST): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    connections?.send(request, {
      onSent: () => undefined,
      onHead: () => undefined,
      onData: (data) => void (body += data.toString()),
      onEnd: () => resolve(body),
      onError: (error) => resolve(`error: ${error.message}`),
    });
  });
}

test('One connection carries one request after another', async () => {
  const { sockets } = await serve((socket) => socket.write(OK));
  for (let round = 0; round < 5; round++) expect(await get()).toBe('ok');
  expect(sockets).toHaveLength(1);
});

test('Requests at the same time have a connection each', async () => {
  const { sockets } = await serve((socket) => socket.write(OK));
  expect(await Promise.all([get(), get(), get()])).toEqual(['ok', 'ok', 'ok']);
  expect(sockets).toHaveLength(3);
});

test.each([
  ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 2\r\n\r\nok'],
  ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
  ['says more than it was asked', `${OK}HTTP/1.1 200 OK\r\n\r\n`],
  ['keeps connections no longer than a second', OK.replace('content', 'keep-alive: timeout=1\r\ncontent')],
])('No second request goes to a server that %s, over the same connection', async (_, answer) => {
  const { sockets } = await serve((socket) => socket.write(answer));
  expect(await get()).toBe('ok');
  expect(await get()).toBe('ok');
  expect(sockets).toHaveLength(2);
});

test('No second request follows one that was answered before it was sent whole', async () => {
  const { sockets } = await serve((socket) => {
    socket.pause();
    socket.write(OK);
  });
  expect(await get({ head: 'POST / HTTP/1.1\r\n', body: Buffer.alloc(64 * 1024 * 1024) })).toBe('ok');
  expect(await get()).toBe('ok');
  expect(sockets).toHaveLength(2);
});

test('A connection that the server has closed is not used again', async () => {
  const { sockets } = await serve((socket) => socket.write(OK));
  await get();
  const gone = once(sockets[0] as Socket, 'close');
  sockets[0]?.end();
  await gone;
  expect(await get()).toBe('ok');
});

test('A response that breaks off is an error', async () => {
  await serve((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort'));
  expect(await get()).toBe('error: closed by the server');
});

test('A body arrives as it was sent, small and large', async () => {
  let received = '';
  await serve((socket, data) => {
    received += data;
    if (received.endsWith('!')) socket.write(OK);
  });
  for (const body of [Buffer.from('grüße!'), Buffer.from(`${'ß'.repeat(50_000)}!`)]) {
    received = '';
    expect(await get({ head: 'POST / HTTP/1.1\r\n', body })).toBe('ok');
    const [head, sent] = received.split('\r\n\r\n') as [string, string];
    expect(head).toContain(`content-length: ${body.length}`);
    expect(Buffer.from(sent, 'latin1').equals(body)).toBe(true);
  }
});

test('More requests than connections wait for a free one, and one that is given up makes room', async () => {
  await serve((socket, request) => request.includes('/quick') && socket.write(OK));
  const hanging = Array.from({ length: 256 }, () => ({
    onSent: () => undefined,
    onHead: () => undefined,
    onData: () => undefined,
    onEnd: () => undefined,
    onError: () => undefined,
  }));
  for (const handler of hanging) connections?.send(REQUEST, handler);
  const quick = get({ head: 'GET /quick HTTP/1.1\r\n', body: null });
  connections?.abandon(hanging[7] as (typeof hanging)[number]);
  expect(await quick).toBe('ok');
});

test('Over TLS connections are kept as well, and a certificate that nobody vouches for is refused', async () => {
  const pem = readFileSync(new URL('../fixtures/localhost.pem', import.meta.url));
  let accepted = 0;
  const secure = createSecureServer({ cert: pem, key: pem }, (socket) => {
    accepted++;
    socket.on('data', () => socket.write(OK));
  }).listen(0, '127.0.0.1');
  server = secure.on('tlsClientError', () => undefined);
  await once(secure, 'listening');
  connections = new Connections(new URL(`https://localhost:${(secure.address() as AddressInfo).port}/`), lookup);
  expect(await get()).toMatch(/error: self-signed certificate/);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  expect(await get()).toBe('ok');
  expect(await get()).toBe('ok');
  expect(accepted).toBe(1);
  vi.unstubAllEnvs();
});

test('Whoever waits hears it when all is closed', async () => {
  await serve(() => undefined);
  const waiting = get();
  connections?.destroy(new Error('over'));
  expect(await waiting).toBe('error: over');
  expect(await get()).toBe('error: over');
});
