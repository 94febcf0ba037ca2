import { bearer, eventually, raw } from './harness.js';
import { openSse as openStream, type SseStream } from './sse-client.js';

/** A client of 2024-11-05 that has introduced itself. */
export async function openSse(url: string, key: string): Promise<SseStream> {
  const stream = await openStream(url, key);
  const clientInfo = { name: 'sse', version: '1' };
  const params = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo };
  await answered(stream, key, { jsonrpc: '2.0', id: 'init', method: 'initialize', params });
  await post(stream, key, { jsonrpc: '2.0', method: 'notifications/initialized' });
  return stream;
}

let lastId = 0;

/** The first text of a tool's result. */
export async function sendSse(stream: SseStream, key: string, name: string, args: object = {}): Promise<unknown> {
  const params = { name, arguments: args };
  const { result } = await answered(stream, key, { jsonrpc: '2.0', id: `c${++lastId}`, method: 'tools/call', params });
  return (result as { content: { text: string }[] } | undefined)?.content[0]?.text;
}

function post({ endpoint }: SseStream, key: string, body: object): Promise<unknown> {
  return raw(endpoint, { headers: bearer(key), body });
}

async function answered(stream: SseStream, key: string, request: Record<string, unknown>) {
  await post(stream, key, request);
  const answer = () => stream.messages.find(({ id }) => id === request.id);
  await eventually(() => {
    if (!answer()) throw new Error(`No answer to ${String(request.id)}`);
  });
  return answer() as Record<string, unknown>;
}
