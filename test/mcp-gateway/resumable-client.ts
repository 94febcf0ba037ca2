import { request as httpRequest, type ClientRequest } from 'node:http';
import type { RawSession } from './harness.js';

/** One event as the wire has it. */
export interface WireEvent {
  readonly id: string | undefined;
  readonly data: string;
  readonly retry: string | undefined;
}

/** One HTTP response by hand, which may be cut at any byte: only whole events count. */
export class Cuttable {
  readonly events: WireEvent[] = [];
  /** Resolves when the response has ended, whichever way. */
  readonly closed: Promise<void>;
  status = 0;
  private rest = '';
  private readonly req: ClientRequest;

  constructor(url: string, method: 'POST' | 'GET', headers: Record<string, string>, body?: unknown) {
    const accept = method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream';
    const sent = { ...headers, accept, 'content-type': 'application/json' };
    this.req = httpRequest(url, { method, headers: sent, agent: false });
    this.closed = new Promise((resolve) => {
      this.req.on('error', () => resolve());
      this.req.on('response', (res) => {
        this.status = res.statusCode ?? 0;
        res.setEncoding('utf8');
        res.on('data', (part: string) => this.read(part));
        res.on('error', () => undefined);
        res.on('close', resolve);
      });
    });
    this.req.end(body === undefined ? undefined : JSON.stringify(body));
  }

  get messages(): Record<string, unknown>[] {
    const full = this.events.filter(({ data }) => data !== '');
    return full.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  }

  get lastEventId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  abort(): void {
    this.req.destroy();
  }

  private read(part: string): void {
    const blocks = (this.rest + part).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.events.push(eventOf(block));
  }
}

function eventOf(block: string): WireEvent {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), data: field('data') ?? '', retry: field('retry') };
}

/** A call that tells its progress and then answers. */
export function progressCall({ headers, url }: RawSession, id: number, steps: number, at = url, pauseMs = 2): Cuttable {
  const params = { name: 'progress', arguments: { steps, pauseMs }, _meta: { progressToken: id } };
  return new Cuttable(at, 'POST', headers, { jsonrpc: '2.0', id, method: 'tools/call', params });
}

/** The client comes back. */
export function resume({ headers, url }: RawSession, lastEventId: string | undefined, at = url): Cuttable {
  return new Cuttable(at, 'GET', { ...headers, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) });
}

/** Of a call's messages: how far it said it was, and in the end its id. */
export function courseOf(messages: readonly Record<string, unknown>[]): unknown[] {
  return messages.map(({ id, params }) =>
    id === undefined ? (params as { progress: number }).progress : `answer ${id as number}`,
  );
}
