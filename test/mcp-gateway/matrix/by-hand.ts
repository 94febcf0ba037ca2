import { bearer, eventually, initialize, raw, RawSession } from '../harness.js';
import { openSse, type SseStream } from '../sse-client.js';
import { MODERN, StatelessClient } from '../stateless.js';
import type { Cell } from './axes.js';
import type { Scene } from './scene.js';

export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: object };
}

/** What a client hears of one request: everything up to the answer, in the order in which it came. */
export type Hearing = (method: string, params: Record<string, unknown>, id?: unknown) => Promise<Message[]>;

/** Where no SDK says or shows what a test is about: the wire itself. */
export async function hearing(scene: Scene, cell: Cell): Promise<Hearing> {
  if (cell.client === MODERN) {
    const client = new StatelessClient(scene.url(cell), scene.key);
    return async (method, { _meta, ...params }, id = 1) => {
      const options = { id: id as string, meta: _meta as Record<string, unknown> };
      return messagesOf(await client.request(method, params, options));
    };
  }
  if (cell.client === '2024-11-05') return hearingEvents(scene, await openEvents(scene, cell));
  const session = await RawSession.open(scene.url(cell), scene.key, {}, cell.client);
  return async (method, params, id) => messagesOf(await session.request(method, params, id));
}

function messagesOf({ events, json }: { events: Message[]; json: Message }): Message[] {
  return events.length > 0 ? events : [json];
}

function hearingEvents(scene: Scene, stream: SseStream): Hearing {
  return async (method, params, id = 1) => {
    const from = stream.messages.length;
    await post(scene, stream, { jsonrpc: '2.0', id, method, params });
    const heard = (): Message[] => stream.messages.slice(from);
    await eventually(() => {
      if (!heard().some((message) => message.id === id && !message.method)) throw new Error('no answer');
    });
    return heard();
  };
}

/** A session of 2024-11-05 that has said hello. */
export async function openEvents(scene: Scene, cell: Cell, version: string = cell.client): Promise<SseStream> {
  const stream = await openSse(scene.url(cell, 'sse'), scene.key, { host: new URL(scene.gateway.url).host });
  await post(scene, stream, initialize({}, version, 'hello'));
  await eventually(() => {
    if (!stream.messages.some(({ id }) => id === 'hello')) throw new Error('no welcome');
  });
  await post(scene, stream, { jsonrpc: '2.0', method: 'notifications/initialized' });
  return stream;
}

export function post({ key }: Scene, { endpoint }: SseStream, body: unknown) {
  return raw(endpoint, { headers: bearer(key), body });
}
