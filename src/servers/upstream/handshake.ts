import { textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { Handshake, Opener } from './link.js';
import { UpstreamError } from './upstream-error.js';

/** The stateful revisions of MCP that we speak as a client, newest first. */
const STATEFUL_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** The stateless revision of MCP that we speak as a client. */
export const MODERN_VERSION = '2026-07-28';

/** Errors by which a modern server tells of a request that it understood: wrong headers, missing capabilities. */
const UNDERSTOOD = new Set<unknown>([-32020, -32021]);

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
    const { code, message } = JSON.parse(raw) as { code?: unknown; message?: unknown };
    const sentence = `The server refused to initialise: ${typeof message === 'string' ? message : raw}`;
    throw new UpstreamError('UPSTREAM_PROTOCOL', sentence, 'no', { rpcCode: Number(code) });
  }
  const handshake = asHandshake(raw);
  if (STATEFUL_VERSIONS.some((version) => version === handshake.protocolVersion)) return handshake;
  throw misfit(`The server speaks MCP ${handshake.protocolVersion}; known are ${STATEFUL_VERSIONS.join(', ')}.`);
}

/** @throws UpstreamError when the answer to `server/discover` is none of a server that speaks our stateless revision. */
export function readDiscovery(answer: Frame): Handshake {
  const raw = answer.outcome ? textOf(answer.bytes, answer.outcome) : '{}';
  if (answer.kind === 'error') {
    const { code, message = raw } = JSON.parse(raw) as { code?: unknown; message?: unknown };
    const sentence = `The server refused server/discover: ${String(message)}`;
    throw UNDERSTOOD.has(code) ? new UpstreamError('UPSTREAM_REFUSED', sentence) : misfit(sentence);
  }
  const handshake = asHandshake(raw);
  if (handshake.protocolVersion === MODERN_VERSION) return handshake;
  throw misfit(`The server does not speak MCP ${MODERN_VERSION}.`);
}

interface Discovery {
  readonly supportedVersions?: unknown;
  readonly _meta?: { readonly 'io.modelcontextprotocol/serverInfo'?: Handshake['serverInfo'] };
}

/** The result of `initialize` or of `server/discover`, which careless servers leave members out of. */
export function asHandshake(raw: string): Handshake {
  const said = JSON.parse(raw) as Partial<Handshake> & Discovery;
  const { protocolVersion, supportedVersions, capabilities, instructions, _meta } = said;
  const isModern = Array.isArray(supportedVersions) && supportedVersions.includes(MODERN_VERSION);
  const serverInfo = said.serverInfo ?? _meta?.['io.modelcontextprotocol/serverInfo'];
  return {
    protocolVersion: isModern ? MODERN_VERSION : String(protocolVersion),
    capabilities: capabilities ?? {},
    serverInfo: { ...serverInfo, name: serverInfo?.name ?? '', version: serverInfo?.version ?? '' },
    ...(typeof instructions === 'string' && { instructions }),
    raw,
  };
}

function misfit(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_PROTOCOL', message);
}
