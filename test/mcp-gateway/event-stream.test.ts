import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from '../../src/mcp-gateway/frontends/event-stream.js';
import { EventMemory } from '../../src/mcp-gateway/sessions/event-memory.js';
import { EventStore } from '../../src/mcp-gateway/sessions/event-store.js';

const MEGABYTE = 2 ** 20;

describe('a stream to a client', () => {
  const http = createServer((_req, res) => opened(res));
  let opened: (res: ServerResponse) => void = () => undefined;
  const sockets: Socket[] = [];

  beforeAll(() => new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve)));
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
  afterAll(() => http.close());

  async function open(): Promise<{ stream: EventStream; socket: Socket; res: ServerResponse }> {
    const answered = new Promise<ServerResponse>((resolve) => (opened = resolve));
    const socket = connect((http.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const res = await answered;
    return { stream: new EventStream(res), socket, res };
  }

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is cut off when the client reads nothing while megabytes wait for it', async () => {
    const { stream, socket, res } = await open();
    socket.pause();
    let sent = 0;
    while (stream.isOpen && sent < 100) {
      stream.send(Buffer.alloc(MEGABYTE, 'x'));
      sent++;
      expect(res.writableLength).toBeLessThan(8 * MEGABYTE);
      await turn();
    }
    expect(stream.isOpen).toBe(false);
    expect(sent).toBeLessThan(30);
  });

  it('takes one message that is larger than what may wait', async () => {
    const { stream, socket } = await open();
    let received = 0;
    socket.on('data', (part) => (received += part.length));
    stream.send(Buffer.alloc(30 * MEGABYTE, 'x'));
    stream.send(Buffer.from('{"after":"it"}'));
    expect(stream.isOpen).toBe(true);
    while (received < 30 * MEGABYTE) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(stream.isOpen).toBe(true);
  });

  it('tells a client that comes back more than may wait, as fast as it reads', async () => {
    const resumable = new EventStore('key', new EventMemory(), true).open();
    for (let at = 0; at < 18; at++) resumable?.send(Buffer.from(`{"at":${at},"x":"${'x'.repeat(MEGABYTE / 2)}"}`));
    const { stream, socket, res } = await open();
    socket.pause();
    resumable?.carryOn(stream, 0);
    await turn();
    expect(res.writableLength).toBeLessThan(2 * MEGABYTE);
    let text = '';
    socket.on('data', (part) => (text += part.toString()));
    resumable?.end();
    socket.resume();
    while (!text.endsWith('\r\n0\r\n\r\n')) await turn();
    const told = [...text.matchAll(/\{"at":(\d+)/g)].map(([, at]) => Number(at));
    expect(told).toEqual(Array.from({ length: 18 }, (_, at) => at));
  });

  it('puts every message on one line', async () => {
    const { stream, socket } = await open();
    let text = '';
    socket.on('data', (part) => (text += part.toString()));
    stream.send(Buffer.from('{\r\n "a": 1\n}'));
    stream.end();
    while (!text.includes('}')) await turn();
    expect(text).toContain('event: message\ndata: {   "a": 1 }\n\n');
  });

  it('shows life after silence and only then', async () => {
    const { stream, socket } = await open();
    let text = '';
    socket.on('data', (part) => (text += part.toString()));
    stream.beat(Date.now() + 14_000);
    stream.beat(Date.now() + 16_000);
    while (!text.includes('keep-alive')) await turn();
    expect(text.match(/: keep-alive\n\n/g)).toHaveLength(1);
  });
});
