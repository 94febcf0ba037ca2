import { spoil } from './mutations.js';
import type { Random } from './random.js';

export const KINDS = ['stdio', 'http-old', 'http-new', 'sse'] as const;
export type Kind = (typeof KINDS)[number];

/** What an upstream says in place of a proper answer; see upstream.mjs. */
export interface Script {
  /** In base64; `"@ID@"` stands for the id of the request. */
  readonly body: string;
  /** From 0 to 1, in order. */
  readonly cuts: readonly number[];
  readonly status: number;
  readonly type: string;
  readonly end: 'close' | 'abort';
  readonly later: boolean;
}

const rpc = (message: object) => JSON.stringify({ jsonrpc: '2.0', ...message });
const notice = (method: string, params: object = {}) => rpc({ method: `notifications/${method}`, params });
const ID = '@ID@';
const elicitation = { message: 'Who?', requestedSchema: { type: 'object', properties: {} } };

const answer = rpc({
  id: ID,
  result: { resultType: 'complete', content: [{ type: 'text', text: 'grüße 🎉' }], _meta: { a: 1 } },
});
const asking = { in: { method: 'elicitation/create', params: elicitation } };
const ANSWERS = [
  answer,
  rpc({ id: ID, error: { code: -32603, message: 'no', data: { elicitations: [{ url: 'https://a.test' }] } } }),
  rpc({ id: ID, error: { code: -32042, message: 'visit', data: { elicitations: [{ url: 'https://a.test' }] } } }),
  rpc({ id: ID, result: { resultType: 'input_required', inputRequests: asking, requestState: 'st' } }),
  rpc({ id: ID, result: { resultType: 'task', taskId: 't1', status: 'working' } }),
];
const BEFORE = [
  notice('progress', { progressToken: ID, progress: 1, total: 2 }),
  notice('message', { level: 'info', data: 'grüße' }),
  notice('tools/list_changed'),
  notice('resources/updated', { uri: 'a://b' }),
  notice('cancelled', { requestId: 'q1' }),
  notice('cancelled', { requestId: ID }),
  rpc({ id: 'q1', method: 'elicitation/create', params: elicitation }),
  rpc({ id: 2, method: 'roots/list' }),
  rpc({ id: 'p', method: 'ping' }),
  rpc({ id: null, error: { code: -32700, message: 'what?' } }),
  rpc({ id: 999_999, result: {} }),
  'Server ready!',
];

/** Of frames that are proper or spoilt, cut anywhere, and ended in one of several ways. */
export function scriptFor(kind: Kind, random: Random): Script {
  const hasOneStream = kind === 'stdio' || kind === 'sse';
  const before = Array.from({ length: random.below(4) }, () => maybeSpoilt(random.pick(BEFORE), 0.6, random));
  // Where nothing but the answer can end the call, there is nearly always one.
  const last = maybeSpoilt(random.pick(ANSWERS), hasOneStream ? 0.02 : 0.4, random);
  const isJson = kind.startsWith('http') && random.chance(0.3);
  const frames = isJson ? [last] : [...before, last];
  const separate = kind === 'stdio' ? asLine : isJson ? (frame: Buffer) => frame : asEvent;
  const bytes = Buffer.concat(frames.map((frame) => separate(frame, random)));
  const status = random.chance(0.9) ? 200 : random.pick([204, 400, 404, 401, 500, 502]);
  const type = isJson
    ? random.pick(['application/json', 'application/json; charset=utf-8', 'text/html'])
    : 'text/event-stream';
  const end = random.chance(0.1) ? 'abort' : 'close';
  const cuts = Array.from({ length: random.below(4) }, () => random.next()).sort((a, b) => a - b);
  return { body: bytes.toString('base64'), cuts, status, type, end, later: random.chance(0.02) };
}

function maybeSpoilt(frame: string, probability: number, random: Random): Buffer {
  const bytes = Buffer.from(frame);
  return random.chance(probability) ? spoil(bytes, random) : bytes;
}

function asLine(frame: Buffer, random: Random): Buffer {
  return Buffer.concat([frame, Buffer.from(random.pick(['\n', '\r\n', '\n\n']))]);
}

function asEvent(frame: Buffer, random: Random): Buffer {
  const [head, tail] = random.pick([
    ['data: ', '\n\n'],
    ['event: message\r\ndata: ', '\r\n\r\n'],
    [': comment\nevent: message\ndata:', '\n\n'],
    ['data: ', '\ndata: \n\n'],
  ] as const);
  return Buffer.concat([Buffer.from(head), frame, Buffer.from(tail)]);
}
