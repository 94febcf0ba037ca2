import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../src/shared/config/index.js';
import { Events, type ServerLogged } from '../../../src/shared/events/index.js';
import { readFrame, request, textOf, type Frame } from '../../../src/shared/jsonrpc/index.js';
import { UpstreamPool, type CallOptions, type Link } from '../../../src/servers/upstream/index.js';
import { nodeProgram } from '../../support/upstreams.js';

export const LOOPBACK = '127.0.0.0/8,::1/128';

const FAULTY = fileURLToPath(new URL('fixtures/faulty-stdio.mjs', import.meta.url));

/** A server of either era, or of both. */
export const CONFORMANCE = fileURLToPath(new URL('../../conformance/fixture.mjs', import.meta.url));

export const faultyStdio = (...words: string[]) => nodeProgram(FAULTY, ...words);

/** A pool of its own with everything that it says of the servers. */
export async function newPool(settings: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcpo-links-'));
  const environment = { NODE_ENV: 'test', DATA_DIR: dataDir, UPSTREAM_ALLOWED_NETWORKS: LOOPBACK, ...settings };
  const events = new Events();
  const logged: ServerLogged[] = [];
  events.on('server.logged', (event) => logged.push(event));
  return { pool: new UpstreamPool(readConfig(environment), events), logged, dataDir };
}

export function toolCall(tool: string, args: object = {}, meta?: object): Frame {
  const params = { ...(meta && { _meta: meta }), name: tool, arguments: args };
  return readFrame(request('the-client-7', 'tools/call', params));
}

export function outcomeOf(frame: Frame): Record<string, unknown> {
  return JSON.parse(textOf(frame.bytes, frame.outcome ?? { start: 0, end: 0 })) as Record<string, unknown>;
}

/** The first text of a tool's result. */
export async function callTool(
  link: Link,
  tool: string,
  args: object = {},
  options: Partial<CallOptions> & { meta?: object } = {},
): Promise<string> {
  const { meta, ...rest } = options;
  const answer = await link.call(toolCall(tool, args, meta), { timeoutMs: 10_000, ...rest });
  return (outcomeOf(answer).content as { text: string }[])[0]?.text ?? '';
}
