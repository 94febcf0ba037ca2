import { expect } from 'vitest';
import { bearer, raw, RawSession } from '../harness.js';
import { MODERN, StatelessClient } from '../stateless.js';
import { nameIn, sharedUriIn, type Cell } from './axes.js';
import { openEvents, post, type Message } from './by-hand.js';
import { eachCell, Scene } from './scene.js';

const scene = Scene.forThisFile();

function batchFor(cell: Cell): object[] {
  const request = (id: unknown, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params });
  return [
    request('a', 'tools/call', { name: nameIn(cell, 'test_simple_text'), arguments: {} }),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    request(2, 'resources/read', { uri: sharedUriIn(cell, 'test://static-text') }),
    request(3, 'no/such/method', {}),
  ];
}

/** Sends a batch the way a client of the cell would. */
async function send(cell: Cell): Promise<{ status: number; json: unknown }> {
  const batch = batchFor(cell);
  if (cell.client === '2024-11-05') {
    const stream = await openEvents(scene, cell);
    const answer = await post(scene, stream, batch);
    stream.close();
    return answer;
  }
  if (cell.client !== MODERN) return (await RawSession.open(scene.url(cell), scene.key, {}, cell.client)).post(batch);
  const client = new StatelessClient(scene.url(cell), scene.key);
  const bodies = batch.map((message) => ({ ...message, ...client.body('ping', {}, {}) }));
  return raw(client.url, { headers: { ...bearer(scene.key), 'mcp-protocol-version': MODERN }, body: bodies });
}

eachCell('batches', {
  works: async (cell) => {
    const { status, json } = await send(cell);
    expect(status).toBe(200);
    const byId = new Map((json as Message[]).map((answer) => [answer.id, answer]));
    expect([...byId.keys()].sort()).toEqual([2, 3, 'a']);
    expect(byId.get('a')?.result?.content).toMatchObject([{ type: 'text' }]);
    expect(byId.get(2)?.result?.contents).toMatchObject([{ uri: sharedUriIn(cell, 'test://static-text') }]);
    expect(byId.get(3)?.error?.code).toBe(-32601);
  },
  'no batches': async (cell) => {
    const { status, json } = await send(cell);
    expect([status, (json as Message).error?.code]).toEqual([400, -32600]);
  },
});
