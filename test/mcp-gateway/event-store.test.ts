import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog, KEPT_MS, MOST_BYTES, MOST_EVENTS } from '../../src/mcp-gateway/sessions/event-log.js';
import { EventMemory } from '../../src/mcp-gateway/sessions/event-memory.js';
import { EventStore } from '../../src/mcp-gateway/sessions/event-store.js';
import type { Connection, ResumableStream } from '../../src/mcp-gateway/sessions/resumable-stream.js';
import { SessionStreams } from '../../src/mcp-gateway/sessions/session-streams.js';

const MEGABYTE = 2 ** 20;

/** The client's end of a stream. */
class Heard implements Connection {
  onDrain: (() => void) | undefined;
  isOpen = true;
  isFull = false;
  readonly messages: string[] = [];
  readonly ids: string[] = [];

  send(message: Buffer, eventId: string): void {
    this.messages.push(message.toString());
    this.ids.push(eventId);
  }

  prime(eventId: string): void {
    this.ids.push(eventId);
  }

  end(): void {
    this.isOpen = false;
  }

  cutOff(): void {
    this.isOpen = false;
  }
}

let now: number;
let memory: EventMemory;
beforeEach(() => {
  now = 0;
  memory = new EventMemory(() => now);
});

function say(stream: Pick<ResumableStream, 'send'>, ...messages: string[]): void {
  for (const message of messages) stream.send(Buffer.from(message));
}

describe('what is kept of a stream', () => {
  let log: EventLog;
  beforeEach(() => (log = new EventLog('key', memory)));
  const add = (count: number, bytes = 1) => {
    for (let event = 0; event < count; event++) log.add(Buffer.alloc(bytes));
  };

  it('is a thousand events', () => {
    add(MOST_EVENTS + 3);
    expect([log.reachesBackTo(2), log.reachesBackTo(3)]).toEqual([false, true]);
  });

  it('is 10 MB', () => {
    add(12, MEGABYTE);
    expect([log.reachesBackTo(2), log.reachesBackTo(3)]).toEqual([false, true]);
    expect(memory.held).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('is nothing before a message that is too large to be kept', () => {
    add(2);
    add(1, MOST_BYTES);
    expect([log.last, memory.held]).toEqual([3, 0]);
    expect([log.reachesBackTo(2), log.reachesBackTo(3)]).toEqual([false, true]);
  });

  it('is no older than five minutes', () => {
    add(1);
    now = 1000;
    add(1);
    now = KEPT_MS + 1;
    expect([log.reachesBackTo(0), log.reachesBackTo(1)]).toEqual([false, true]);
    now = KEPT_MS + 1001;
    expect([log.reachesBackTo(1), log.reachesBackTo(2)]).toEqual([false, true]);
    expect(memory.held).toBe(0);
  });

  it('is the message alone and not the buffer that it came in', () => {
    const message = Buffer.alloc(MEGABYTE, 'x').subarray(0, 10);
    log.add(message);
    expect(log.after(0)).toEqual(message);
    expect(log.after(0)?.buffer.byteLength).toBe(10);
  });

  it('never reaches beyond what was said', () => {
    add(2);
    expect(log.reachesBackTo(3)).toBe(false);
  });
});

describe('the streams of a session', () => {
  let store: EventStore;
  beforeEach(() => (store = new EventStore('key', memory, true)));

  function opened(from = store): { stream: ResumableStream; heard: Heard } {
    const [stream, heard] = [from.open(), new Heard()];
    if (!stream) throw new Error('no stream');
    stream.carryOn(heard, 0);
    return { stream, heard };
  }

  function comeBack(lastEventId: string): Heard | undefined {
    const point = store.find(lastEventId);
    const heard = new Heard();
    point?.stream.carryOn(heard, point.after);
    return point && heard;
  }

  it('have ids of their own, the first of which comes before there is anything to tell', () => {
    const [one, two] = [opened(), opened()];
    say(one.stream, 'a', 'b');
    say(two.stream, 'c');
    const ids = [...one.heard.ids, ...two.heard.ids];
    expect(new Set(ids).size).toBe(5);
    expect(comeBack(ids[0] ?? '')?.messages).toEqual(['a', 'b']);
    expect(comeBack(ids[1] ?? '')?.messages).toEqual(['b']);
    expect(comeBack(ids[3] ?? '')?.messages).toEqual(['c']);
  });

  it('are unknown to other sessions', () => {
    const { heard } = opened();
    const other = new EventStore('key', memory, true);
    opened(other);
    expect(other.find(heard.ids[0] ?? '')).toBeUndefined();
  });

  it.each(['', '1', 'x.1.0', '../..', 'AAAAAAAA.1.0', '9'.repeat(5000)])('do not know the event %.20s', (id) => {
    opened();
    expect(store.find(id)).toBeUndefined();
  });

  it('give the connection that was lost unnoticed up for the new one', () => {
    const { stream, heard } = opened();
    const second = comeBack(heard.ids[0] ?? '');
    say(stream, 'a');
    stream.lost(heard);
    say(stream, 'b');
    expect([heard.isOpen, heard.messages]).toEqual([false, []]);
    expect(second?.messages).toEqual(['a', 'b']);
  });

  it('are told again no faster than the client reads, in order and with what is said meanwhile', () => {
    const { stream, heard } = opened();
    stream.lost(heard);
    say(stream, 'a', 'b');
    const point = store.find(heard.ids[0] ?? '');
    const slow = Object.assign(new Heard(), { isFull: true });
    stream.carryOn(slow, point?.after ?? 0);
    say(stream, 'c');
    stream.end();
    expect([slow.messages, slow.isOpen]).toEqual([[], true]);
    slow.isFull = false;
    slow.onDrain?.();
    expect([slow.messages, slow.isOpen]).toEqual([['a', 'b', 'c'], false]);
  });

  it('cut off a client that is told again so slowly that something would be missing', () => {
    const { stream, heard } = opened();
    stream.lost(heard);
    say(stream, 'a');
    const slow = Object.assign(new Heard(), { isFull: true });
    stream.carryOn(slow, 0);
    for (let event = 0; event < MOST_EVENTS; event++) say(stream, 'b');
    slow.isFull = false;
    slow.onDrain?.();
    expect([slow.messages, slow.isOpen]).toEqual([[], false]);
  });

  it('are forgotten five minutes after their end, and not while the call runs', () => {
    const [over, running] = [opened(), opened()];
    for (const { stream, heard } of [over, running]) stream.lost(heard);
    say(over.stream, 'answer');
    over.stream.end();
    now = KEPT_MS - 1;
    store.sweep();
    expect(comeBack(over.heard.ids[0] ?? '')?.messages).toEqual(['answer']);
    over.stream.lost(over.heard);
    now = 2 * KEPT_MS;
    store.sweep();
    expect(store.find(over.heard.ids[0] ?? '')).toBeUndefined();
    expect(store.find(running.heard.ids[0] ?? '')).toBeDefined();
  });

  it('keep what is said on the side for a client on its way back, and only for so long', () => {
    const { stream, heard } = opened();
    stream.lost(heard);
    stream.mention(Buffer.from('soon'));
    expect(comeBack(heard.ids[0] ?? '')?.messages).toEqual(['soon']);
    const again = new Heard();
    stream.carryOn(again, 1);
    stream.lost(again);
    now = KEPT_MS;
    const before = memory.held;
    stream.mention(Buffer.from('too late'));
    expect(memory.held).toBeLessThan(before);
    expect(store.find(again.ids[0] ?? '')).toBeUndefined();
  });

  it('are gone with the session, to the last byte', () => {
    const streams = [opened(), opened(), opened()];
    for (const { stream } of streams) say(stream, 'a', 'b');
    streams[0]?.stream.end();
    store.clear();
    for (const { stream } of streams) say(stream, 'late');
    expect(memory.held).toBe(0);
    expect(streams.map(({ heard }) => heard.isOpen)).toEqual([false, false, false]);
  });

  it('of one key have 32 MB together: the stream that ended first gives way, running ones never', () => {
    const running = opened();
    say(running.stream, 'x'.repeat(9 * MEGABYTE));
    const ended = [opened(), opened(), opened()];
    for (const { stream } of ended) {
      say(stream, 'x'.repeat(9 * MEGABYTE));
      stream.end();
    }
    const isKept = ({ heard }: { heard: Heard }) => store.find(heard.ids[0] ?? '') !== undefined;
    expect(ended.map(isKept)).toEqual([false, true, true]);
    expect(isKept(running)).toBe(true);
    expect(memory.held).toBeLessThan(32 * MEGABYTE);
  });

  it('of other keys that have ended make room for one that runs', () => {
    const stores = Array.from({ length: 8 }, (_, key) => new EventStore(`${key}`, memory, true));
    const streams = stores.flatMap((one) => [opened(one), opened(one)]);
    for (const { stream } of streams.slice(2)) say(stream, 'x'.repeat(9 * MEGABYTE));
    const [mine, , other] = streams;
    other?.stream.end();
    say(mine?.stream as ResumableStream, 'x'.repeat(9 * MEGABYTE));
    expect(stores[0]?.find(mine?.heard.ids[0] ?? '')).toBeDefined();
    expect(stores[1]?.find(other?.heard.ids[0] ?? '')).toBeUndefined();
  });

  it('of all keys have 128 MB together, and who finds no room keeps nothing', () => {
    const stores = Array.from({ length: 8 }, (_, key) => new EventStore(`${key}`, memory, true));
    const streams = stores.flatMap((one) => [opened(one), opened(one)]);
    for (const { stream } of streams) say(stream, 'x'.repeat(9 * MEGABYTE));
    expect(memory.held).toBeLessThan(128 * MEGABYTE);
    const kept = stores.map((one, at) => one.find(streams[2 * at]?.heard.ids[0] ?? '') !== undefined);
    expect(kept).toEqual([true, true, true, true, true, true, true, false]);
    expect(streams.every(({ heard }) => heard.messages.length === 1)).toBe(true);
    for (const one of stores) one.clear();
    expect(memory.held).toBe(0);
  });
});

describe('what a server asks while the client is away', () => {
  const opener = { transport: 'streamable-http', principal: { keyId: 'key' } };
  const session = { client: { protocolVersion: '2025-11-25' }, opener } as never;

  it.each(['the stream that was cut', 'a new stream'])('waits for %s', (which) => {
    const streams = new SessionStreams(session, memory);
    const [before, after] = [new Heard(), new Heard()];
    streams.attach(before);
    streams.lost(before);
    streams.tell(Buffer.from('told'));
    streams.askFor(Buffer.from('asked'));
    const point = streams.find(before.ids[0] ?? '');
    if (which === 'a new stream') streams.attach(after);
    else if (point) streams.resume(after, point);
    expect(after.messages).toEqual(which === 'a new stream' ? ['asked'] : ['told', 'asked']);
  });

  it.each([
    ['32 messages', Buffer.from('asked'), 32],
    ['4 MiB', Buffer.alloc(2 ** 20), 4],
  ])('waits up to %s', (_, message, most) => {
    const streams = new SessionStreams(session, memory);
    for (let waiting = 0; waiting < most; waiting++) {
      expect(streams.hasRoom).toBe(true);
      streams.askFor(message);
    }
    expect(streams.hasRoom).toBe(false);
    streams.attach(new Heard());
    expect(streams.hasRoom).toBe(true);
  });
});
