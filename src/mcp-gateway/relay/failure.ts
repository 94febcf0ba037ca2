import { Logger } from '@nestjs/common';
import { UpstreamError, type UpstreamErrorCode } from '../../servers/index.js';
import { ProtocolError, RpcCode } from '../../shared/errors/index.js';

const logger = new Logger('McpGateway');

const CODES: Partial<Record<UpstreamErrorCode, number>> = {
  UPSTREAM_CLOSED: RpcCode.upstreamClosed,
  NO_RESPONSE: RpcCode.upstreamClosed,
  UPSTREAM_BUSY: RpcCode.busy,
  TOO_MANY_CONNECTIONS: RpcCode.busy,
  TOO_MANY_CALLS: RpcCode.busy,
  TIMEOUT: RpcCode.timeout,
  CANCELLED: RpcCode.cancelled,
};

/** Words of the call log for the errors that the gateway itself answers with. */
const WORDS: Readonly<Record<number, string>> = {
  [RpcCode.parse]: 'PARSE_ERROR',
  [RpcCode.invalidRequest]: 'INVALID_REQUEST',
  [RpcCode.methodNotFound]: 'METHOD_NOT_FOUND',
  [RpcCode.invalidParams]: 'INVALID_PARAMETERS',
  [RpcCode.internal]: 'INTERNAL_ERROR',
  [RpcCode.resourceNotFound]: 'RESOURCE_NOT_FOUND',
};

/** What the client is told. The unknown is logged here, once, and told as one calm sentence. */
export function protocolErrorOf(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof UpstreamError) {
    const data = { kind: error.code.toLowerCase(), executed: error.executed };
    return new ProtocolError(CODES[error.code] ?? RpcCode.upstreamUnavailable, error.message, data);
  }
  logger.error('A request failed unexpectedly', error instanceof Error ? error.stack : String(error));
  return new ProtocolError(RpcCode.internal, 'The gateway could not carry out this request. Try again.');
}

/** The error's word in the call log: its `data.kind`, where the gateway has given one. */
export function wordOf(error: ProtocolError): string {
  const { kind } = (error.data ?? {}) as { kind?: string };
  return kind?.toUpperCase() ?? WORDS[error.code] ?? 'PROTOCOL_ERROR';
}

/** The word for an error that an upstream has answered with. */
export function upstreamWord(code: unknown, method: string): string {
  if (typeof code === 'number' && code !== RpcCode.internal && code in WORDS) return WORDS[code] as string;
  return method === 'tools/call' ? 'TOOL_ERROR' : 'UPSTREAM_ERROR';
}

export function unknownTool(name: string): ProtocolError {
  return new ProtocolError(RpcCode.invalidParams, `Unknown tool: ${name}`);
}

export function invalidParams(reason: string): ProtocolError {
  return new ProtocolError(RpcCode.invalidParams, `Invalid params: ${reason}`);
}

export function methodNotFound(method: string): ProtocolError {
  return new ProtocolError(RpcCode.methodNotFound, `Method not found: ${method}`);
}

export function notInitialized(): ProtocolError {
  const message = 'The session is not initialized: send initialize first';
  return new ProtocolError(RpcCode.invalidRequest, message, { kind: 'initialization_incomplete', executed: 'no' });
}
