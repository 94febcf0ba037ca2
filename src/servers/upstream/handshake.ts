import { textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { Handshake, Opener } from './link.js';
import { UpstreamError } from './upstream-error.js';

/** The stateful revisions of MCP that we speak as a client, newest first. */
const STATEFUL_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** Who we are when we open a link for ourselves: a client that can neither sample nor ask its user. */
export const OURSELVES: Opener = {
  capabilities: {},
  clientInfo: { name: 'mcp-orchestrator', title: 'MCP Orchestrator', version: '0.1.0' },
  protocolVersion: STATEFUL_VERSIONS[0],
};

/** @throws UpstreamError when the answer to `initialize` is no handshake that we can go on with. */
export function readHandshake(answer: Frame): Handshake {
  const raw = answer.outcome ? textOf(answer.bytes, answer.outcome) : '{}';
  if (answer.kind === 'error') {
    const { message } = JSON.parse(raw) as { message?: unknown };
    throw misfit(`The server refused to initialise: ${typeof message === 'string' ? message : raw}`);
  }
  const handshake = asHandshake(raw);
  if (STATEFUL_VERSIONS.some((version) => version === handshake.protocolVersion)) return handshake;
  throw misfit(`The server speaks MCP ${handshake.protocolVersion}; known are ${STATEFUL_VERSIONS.join(', ')}.`);
}

/** The result of `initialize`, which careless servers leave members out of. */
export function asHandshake(raw: string): Handshake {
  const { protocolVersion, capabilities, serverInfo, instructions } = JSON.parse(raw) as Partial<Handshake>;
  return {
    protocolVersion: String(protocolVersion),
    capabilities: capabilities ?? {},
    serverInfo: { ...serverInfo, name: serverInfo?.name ?? '', version: serverInfo?.version ?? '' },
    ...(typeof instructions === 'string' && { instructions }),
    raw,
  };
}

function misfit(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_PROTOCOL', message);
}
