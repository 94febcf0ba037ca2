import { request, type IncomingMessage } from 'node:http';
import { bearer } from './harness.js';

/** The stream of a 2024-11-05 client, read by hand. */
export interface SseStream {
  readonly status: number;
  /** From the `endpoint` event. */
  readonly endpoint: string;
  readonly messages: Record<string, unknown>[];
  readonly closed: Promise<void>;
  close(): void;
}

export function openSse(url: string, key: string, headers: Record<string, string> = {}): Promise<SseStream> {
  return new Promise((resolve, reject) => {
    const sent = { ...bearer(key), accept: 'text/event-stream', ...headers };
    const req = request(url, { headers: sent, agent: false }, (res) => read(res, () => req.destroy(), resolve));
    req.on('error', reject);
    req.end();
  });
}

function read(res: IncomingMessage, close: () => void, opened: (stream: SseStream) => void): void {
  const messages: Record<string, unknown>[] = [];
  const closed = new Promise<void>((resolve) => res.on('close', resolve));
  let text = '';
  res.on('error', () => undefined);
  res.on('data', (part: Buffer) => {
    const blocks = (text + part.toString()).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event === 'endpoint') opened({ status: res.statusCode ?? 0, endpoint: data, messages, closed, close });
      else if (event === 'message') messages.push(JSON.parse(data) as Record<string, unknown>);
    }
  });
}
