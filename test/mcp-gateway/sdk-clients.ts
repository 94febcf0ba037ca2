import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What the tests need of either SDK's client. */
export type AnyClient = Pick<
  Client,
  'listTools' | 'callTool' | 'listPrompts' | 'getPrompt' | 'listResources' | 'close'
> &
  Pick<
    Client,
    'listResourceTemplates' | 'readResource' | 'complete' | 'ping' | 'getServerVersion' | 'getServerCapabilities'
  >;

interface Options {
  readonly requestInit?: { headers: Record<string, string> };
  readonly fetch?: typeof fetch;
}

export const me = { name: 'tests', version: '1.2.3' };

/** The second SDK takes the options of a call where the first takes a schema. */
function asFirst(client: ModernClient): AnyClient {
  const callTool = client.callTool.bind(client);
  const first = client as unknown as AnyClient;
  first.callTool = ((call: never, _schema: unknown, options: never) =>
    callTool(call, options)) as AnyClient['callTool'];
  return first;
}

async function overHttp(endpoint: string, options: Options): Promise<AnyClient> {
  const client = new Client(me);
  await client.connect(new StreamableHTTPClientTransport(new URL(`${endpoint}/mcp`), options));
  return client;
}

async function overSse(endpoint: string, options: Options): Promise<AnyClient> {
  const client = new Client(me);
  await client.connect(new SSEClientTransport(new URL(`${endpoint}/sse`), options));
  return client;
}

async function modern(client: ModernClient, endpoint: string, options: Options): Promise<AnyClient> {
  await client.connect(new ModernTransport(new URL(`${endpoint}/mcp`), options));
  return asFirst(client);
}

export const ASKS_FOR_THE_ERA = 'SDK 2, which asks for the era first';

/** Every kind of client by its name; an endpoint is its URL without `/mcp` or `/sse`. */
export const sdkClients: Record<string, (endpoint: string, options?: Options) => Promise<AnyClient>> = {
  'SDK 1 over streamable HTTP': (endpoint, options = {}) => overHttp(endpoint, options),
  'SDK 1 over SSE': (endpoint, options = {}) => overSse(endpoint, options),
  'SDK 2 over streamable HTTP': (endpoint, options = {}) => modern(new ModernClient(me), endpoint, options),
  [ASKS_FOR_THE_ERA]: (endpoint, options = {}) =>
    modern(new ModernClient(me, { versionNegotiation: { mode: 'auto' } }), endpoint, options),
};
