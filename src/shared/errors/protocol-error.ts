/**
 * JSON-RPC 2.0 §5.1 and MCP `basic/index.mdx#error-codes`. The gateway's own codes stay outside -32768…-32000, which
 * the specification reserves.
 */
export const RpcCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** 2025-11-25 and older only (`server/resources.mdx#error-handling`). */
  resourceNotFound: -32002,
  /** From 2026-07-28 on, as the next two. */
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
  upstreamUnavailable: -31001,
  upstreamClosed: -31002,
  timeout: -31003,
  cancelled: -31004,
  forbidden: -31005,
  busy: -31006,
} as const;

/** The only error that crosses the MCP wire. */
export class ProtocolError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}
