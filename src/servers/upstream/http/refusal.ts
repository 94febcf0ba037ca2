import { readFrame } from '../../../shared/jsonrpc/index.js';
import { UpstreamError } from '../upstream-error.js';
import type { HttpResponse } from './exchange.js';

/** What an HTTP status that is no success means for the caller; the request was not executed when it says so. */
export function refusal({ status, headers }: HttpResponse): UpstreamError {
  if (status >= 300 && status < 400) {
    const message = `The server answers with a redirect (HTTP ${status}), which is never followed. Register the URL where it leads.`;
    return new UpstreamError('UPSTREAM_REDIRECTED', message, 'no', { status, address: String(headers.location ?? '') });
  }
  if (status === 401) {
    const message = 'The server asks for credentials (HTTP 401). Check the headers of its registration.';
    return new UpstreamError('UPSTREAM_UNAUTHORIZED', message, 'no', { status });
  }
  const executed = status >= 500 ? 'unknown' : 'no';
  return new UpstreamError('UPSTREAM_REFUSED', `The server answered HTTP ${status}.`, executed, { status });
}

/** The response is over, and the answer was not in it. */
export function noResponse(): UpstreamError {
  return new UpstreamError('NO_RESPONSE', 'The server ended the response without an answer to the request.', 'unknown');
}

/**
 * A session that the server does not know (any more): 404 by the specification
 * (`basic/transports/streamable-http.mdx#session-management`, 2025-11-25); servers built like the SDK's examples say 400.
 */
export function forgotSession({ status, body }: HttpResponse): boolean {
  return status === 404 || (status === 400 && body.length < 1000 && /session|not initialized/i.test(body.toString()));
}

/** Many servers send a JSON-RPC error as the body of a 4xx: that is the answer. */
export function isRpcError({ body }: HttpResponse): boolean {
  try {
    return readFrame(body).kind === 'error';
  } catch {
    return false;
  }
}
