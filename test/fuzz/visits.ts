import { MODERN } from '../mcp-gateway/stateless.js';
import { spoil } from './mutations.js';
import type { Random } from './random.js';
import type { Sending } from './raw-http.js';
import { KINDS, scriptFor } from './scripts.js';
import { ENDPOINTS, type OpenSession, type World } from './world.js';

/** One case: what is sent to the gateway, and how much of the answer can be held against it. */
export interface Visit extends Sending {
  /** The upstream is proper and the client waits, so that the answer must be proper too. */
  readonly mustBeProper: boolean;
  readonly told: string;
}

type Headers = Record<string, string>;

const PREFIX = 'io.modelcontextprotocol/';
const ALL = { sampling: {}, elicitation: {}, roots: {} };
const MODERN_METHODS = [
  'tools/call',
  'tools/list',
  'resources/read',
  'server/discover',
  'prompts/list',
  'no/such',
  'tasks/get',
];
const METHODS = [
  ...MODERN_METHODS,
  'ping',
  'initialize',
  'logging/setLevel',
  'resources/subscribe',
  'completion/complete',
];
const NOTICES = [
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/roots/list_changed',
  'tools/call',
];
const PARAMS = {
  ...{ name: 'say', uri: 'a://b', level: 'debug', requestId: 1, taskId: 'stdio__t1', cursor: undefined },
  ...{ arguments: { text: 'grüße 🎉' }, ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } },
  ...{ protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fuzz', version: '1' } },
};

/** The case of this number. */
export function visitFor(world: World, random: Random): Visit {
  return random.chance(0.4) ? scripted(world, random) : spoilt(world, random);
}

/** A proper call, to which the upstream says what it should not. */
function scripted(world: World, random: Random): Visit {
  const kind = random.pick(KINDS);
  const unified = random.chance(0.3);
  const endpoint = unified ? 'unified' : `servers/${kind}`;
  const script = scriptFor(kind, random);
  const params = { name: unified ? `${kind}__say` : 'say', arguments: { script }, _meta: { progressToken: 'tök' } };
  const call = { jsonrpc: '2.0', id: random.below(1e6), method: 'tools/call', params };
  const told = JSON.stringify({ endpoint, script });
  if (random.chance(0.4)) {
    const capabilities = random.chance(0.3) ? ALL : {};
    const body = Buffer.from(JSON.stringify(enveloped(call, capabilities)));
    const headers = { ...stateless('tools/call'), 'mcp-name': params.name };
    return { parts: [request(world, 'POST', endpoint, headers, body)], mustBeProper: false, told };
  }
  const session = world.session(endpoint, random);
  const body = Buffer.from(JSON.stringify(call));
  const parts = [request(world, 'POST', endpoint, sessionHeaders(session), body)];
  return { parts, mustBeProper: false, told, onAsked: (id) => world.answer(session, id) };
}

/** A client that does not keep to the rules. */
function spoilt(world: World, random: Random): Visit {
  const endpoint = random.pick(ENDPOINTS);
  const isStateless = random.chance(0.3);
  const session = world.session(endpoint, random);
  const method = random.pick(isStateless ? MODERN_METHODS : METHODS);
  const message = messageOf(method, random);
  const proper = Buffer.from(JSON.stringify(isStateless ? enveloped(message, random.chance(0.2) ? ALL : {}) : message));
  const body = random.chance(0.9) ? spoil(proper, random) : proper;
  const usual = isStateless ? { ...stateless(method), 'mcp-name': 'say' } : sessionHeaders(session);
  const headers = random.chance(0.1) ? withOddHeader(usual, random) : usual;
  const told = JSON.stringify({ endpoint, headers, body: body.toString('latin1').slice(0, 2000) });
  if (random.chance(0.03)) return stream(world, endpoint, { isStateless, session }, random);
  if (random.chance(0.05)) return events(world, endpoint, body, random);
  const bytes = request(world, random.chance(0.99) ? 'POST' : 'DELETE', endpoint, headers, body, random.chance(0.2));
  const onAsked = (id: string) => world.answer(session, id);
  // A question that finds its client gone keeps calls on the same link from timing out.
  if (!isStateless && session.canBeAsked) {
    return { parts: random.cut(bytes), mustBeProper: isCalm(endpoint), told, onAsked };
  }
  return { ...departing(bytes, isCalm(endpoint), random), told, onAsked };
}

function isCalm(endpoint: string): boolean {
  return endpoint.startsWith('servers/calm');
}

function messageOf(method: string, random: Random): Record<string, unknown> {
  const id = random.pick([1, 'a', random.below(1e9), 2 ** 53 - 1, 'ü'.repeat(50)]);
  if (random.chance(0.1)) return { jsonrpc: '2.0', id: random.pick(['gw1', 'gw2', 1]), result: { roots: [] } };
  if (random.chance(0.1)) return { jsonrpc: '2.0', method: random.pick(NOTICES), params: PARAMS };
  return { jsonrpc: '2.0', id, method, params: PARAMS };
}

function enveloped(message: Record<string, unknown>, clientCapabilities: object): object {
  const _meta = {
    [`${PREFIX}protocolVersion`]: MODERN,
    [`${PREFIX}clientCapabilities`]: clientCapabilities,
    [`${PREFIX}clientInfo`]: { name: 'fuzz', version: '1' },
    progressToken: 'tök',
  };
  return { ...message, params: { ...(message.params as object), _meta } };
}

function stateless(method: string): Headers {
  return { 'mcp-protocol-version': MODERN, 'mcp-method': method };
}

function sessionHeaders({ id, version }: OpenSession): Headers {
  return { 'mcp-session-id': id, 'mcp-protocol-version': version };
}

function withOddHeader(headers: Headers, random: Random): Headers {
  const names = [
    'mcp-session-id',
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'accept',
    'content-type',
    'host',
    'origin',
  ];
  const values = ['', 'x', MODERN, '2025-03-26', '=?base64?w7w=?=', '=?base64?%?=', '*/*', 'text/plain', 'a, b'];
  return { ...headers, [random.pick(names)]: random.pick(values) };
}

/** A long stream, of which only the beginning is looked at. */
function stream(
  world: World,
  endpoint: string,
  { isStateless, session }: { isStateless: boolean; session: OpenSession },
  random: Random,
): Visit {
  const told = `a stream of ${endpoint}`;
  const hangUpAfter = random.chance(0.3) ? 0 : undefined;
  if (!isStateless) {
    const bytes = request(world, 'GET', endpoint, { ...sessionHeaders(session), accept: 'text/event-stream' });
    return { parts: random.cut(bytes), headOnly: true, hangUpAfter, mustBeProper: false, told };
  }
  const method = 'subscriptions/listen';
  const params = { notifications: { toolsListChanged: true, resourceSubscriptions: ['a://b'] } };
  const body = Buffer.from(JSON.stringify(enveloped({ jsonrpc: '2.0', id: 1, method, params }, {})));
  const bytes = request(world, 'POST', endpoint, stateless(method), body);
  return { parts: random.cut(bytes), headOnly: true, hangUpAfter, mustBeProper: false, told };
}

/** HTTP+SSE: the answers come elsewhere. */
function events(world: World, endpoint: string, body: Buffer, random: Random): Visit {
  const path = world.eventsPath(endpoint);
  const told = JSON.stringify({ path, body: body.toString('latin1').slice(0, 2000) });
  return { ...departing(requestTo(world, 'POST', path, {}, body), true, random), told };
}

/** Now and then the client leaves early: before the end of its request, or before the answer. */
function departing(bytes: Buffer, mustBeProper: boolean, random: Random): Sending & { mustBeProper: boolean } {
  if (random.chance(0.05)) {
    return { parts: random.cut(bytes.subarray(0, random.below(bytes.length))), hangUpAfter: 0, mustBeProper: false };
  }
  if (random.chance(0.05)) return { parts: [bytes], hangUpAfter: random.below(5), mustBeProper: false };
  return { parts: random.cut(bytes), mustBeProper };
}

function request(
  ...[world, method, endpoint, headers, body, chunked]: [World, string, string, Headers, Buffer?, boolean?]
) {
  return requestTo(world, method, `/projects/fuzz/${endpoint}/mcp`, headers, body, chunked);
}

function requestTo(
  ...[world, method, path, headers, body, chunked = false]: [World, string, string, Headers, Buffer?, boolean?]
): Buffer {
  const all = {
    host: world.host,
    authorization: `Bearer ${world.key}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...headers,
    ...(body && (chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) })),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  if (!body) return head;
  return Buffer.concat(chunked ? [head, ...chunksOf(body)] : [head, body]);
}

function chunksOf(body: Buffer): Buffer[] {
  const halves = [body.subarray(0, body.length >> 1), body.subarray(body.length >> 1)].filter(
    ({ length }) => length > 0,
  );
  const chunks = halves.flatMap((half) => [Buffer.from(`${half.length.toString(16)}\r\n`), half, Buffer.from('\r\n')]);
  return [...chunks, Buffer.from('0\r\n\r\n')];
}
