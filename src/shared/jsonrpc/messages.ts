import type { RequestId } from './frame.js';

/** JSON-RPC messages that the gateway itself says. */
export function request(id: RequestId, method: string, params?: object): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) }));
}

export function notification(method: string, params?: object): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) }));
}

export function result(id: RequestId, value: object): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: value }));
}

/** `id` is null when the message that failed had none that could be read (JSON-RPC 2.0 §5). */
export function failure(id: RequestId | null, error: { code: number; message: string; data?: unknown }): Buffer {
  const { code, message, data } = error;
  return Buffer.from(
    JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } }),
  );
}
