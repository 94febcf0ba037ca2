import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  NotificationSchema,
  ResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import { bearer } from '../harness.js';
import { MODERN } from '../stateless.js';
import type { Cell } from './axes.js';
import type { Scene } from './scene.js';

export type Result = Record<string, unknown>;

export interface Heard {
  readonly method: string;
  readonly params?: Record<string, unknown> | undefined;
}

/** What the tests need of a client, whichever SDK and protocol version it speaks. */
export interface Driver {
  /** All notifications, in order, but those of progress. */
  readonly heard: Heard[];
  request(method: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<Result>;
  /** Wants log messages from `debug` on, from now on. */
  wantLogs(): Promise<void>;
  /** Hears of lists; sessions do so anyway. */
  followLists(): Promise<void>;
  /** Hears of a resource, until what it resolves with is called. */
  subscribe(uri: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface DriverOptions {
  /** Can be asked by sampling, elicitation and roots/list; answers with its own name. */
  readonly answersAs?: string;
}

const ME = { name: 'matrix', version: '1' };
const CAPABILITIES = { sampling: {}, elicitation: {}, roots: {} };

const answers = (name: string) => ({
  sampled: { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: `sampled by ${name}` } },
  elicited: { action: 'accept' as const, content: { name } },
  roots: { roots: [{ uri: `file:///${name}` }] },
});

/** A client of one of the two SDKs, connected to the endpoint of a cell. */
export function connect(scene: Scene, cell: Cell, options: DriverOptions = {}): Promise<Driver> {
  return cell.client === MODERN ? connectStateless(scene, cell, options) : connectSession(scene, cell, options);
}

async function connectSession(scene: Scene, cell: Cell, { answersAs }: DriverOptions): Promise<Driver> {
  const client = new Client(ME, { capabilities: answersAs === undefined ? {} : CAPABILITIES });
  const heard: Heard[] = [];
  client.fallbackNotificationHandler = (notification) => {
    heard.push(NotificationSchema.parse(notification));
    return Promise.resolve();
  };
  if (answersAs !== undefined) {
    const { sampled, elicited, roots } = answers(answersAs);
    client.setRequestHandler(CreateMessageRequestSchema, () => sampled);
    client.setRequestHandler(ElicitRequestSchema, () => elicited);
    client.setRequestHandler(ListRootsRequestSchema, () => roots);
  }
  const [url, options] = [new URL(scene.url(cell)), { requestInit: { headers: bearer(scene.key) } }];
  const isSse = cell.client === '2024-11-05';
  const transport = isSse ? new SSEClientTransport(url, options) : new StreamableHTTPClientTransport(url, options);
  await client.connect(speaking(cell.client, transport));
  if (!isSse) expect(transport).toMatchObject({ protocolVersion: cell.client });
  const request: Driver['request'] = (method, params, signal) =>
    client.request({ method, ...(params && { params }) }, ResultSchema, signal && { signal });
  // Sessions over HTTP do not end with their connections.
  const close = async () => {
    if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
    await client.close();
  };
  return {
    ...{ heard, request, close },
    wantLogs: async () => void (await request('logging/setLevel', { level: 'debug' })),
    followLists: () => Promise.resolve(),
    subscribe: async (uri) => {
      await request('resources/subscribe', { uri });
      return async () => void (await request('resources/unsubscribe', { uri }));
    },
  };
}

/** The SDK offers its newest version only; the server's answer decides on what it then speaks. */
function speaking(version: string, transport: Transport): Transport {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const isFirst = 'method' in message && message.method === 'initialize';
    const params = isFirst ? { ...message.params, protocolVersion: version } : undefined;
    return send(params ? { ...message, params } : message, options);
  };
  return transport;
}

async function connectStateless(scene: Scene, cell: Cell, { answersAs }: DriverOptions): Promise<Driver> {
  const versionNegotiation = { mode: { pin: MODERN } };
  const client = new ModernClient(ME, {
    capabilities: answersAs === undefined ? {} : CAPABILITIES,
    versionNegotiation,
  });
  const heard: Heard[] = [];
  client.fallbackNotificationHandler = ({ method, params }) => {
    heard.push({ method, params });
    return Promise.resolve();
  };
  if (answersAs !== undefined) {
    const { sampled, elicited, roots } = answers(answersAs);
    client.setRequestHandler('sampling/createMessage', () => sampled);
    client.setRequestHandler('elicitation/create', () => elicited);
    client.setRequestHandler('roots/list', () => roots);
  }
  const requestInit = { headers: bearer(scene.key) };
  await client.connect(new ModernTransport(new URL(scene.url(cell)), { requestInit }));
  let meta: Record<string, unknown> = {};
  return {
    ...{ heard, close: () => client.close() },
    request: (method, params, signal) =>
      client.request({ method: method as 'tools/call', params: { ...params, _meta: meta } }, signal && { signal }),
    wantLogs: () => {
      meta = { 'io.modelcontextprotocol/logLevel': 'debug' };
      return Promise.resolve();
    },
    followLists: async () => {
      await client.listen({ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true });
    },
    subscribe: async (uri) => {
      const subscription = await client.listen({ resourceSubscriptions: [uri] });
      return () => subscription.close();
    },
  };
}

/** Does something as a client that is there only for it. */
export async function withClient<Value>(
  scene: Scene,
  cell: Cell,
  use: (client: Driver) => Promise<Value>,
  options?: DriverOptions,
): Promise<Value> {
  const client = await connect(scene, cell, options);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
