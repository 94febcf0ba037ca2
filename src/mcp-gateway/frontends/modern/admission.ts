import type { IncomingHttpHeaders } from 'node:http';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import { valueOf, type Frame } from '../../../shared/jsonrpc/index.js';
import {
  readStatelessClient,
  STATELESS_VERSION,
  statelessVersionOf,
  type StatelessClient,
} from '../../sessions/stateless-client.js';
import { decodeHeaderValue } from './header-value.js';

/** Methods whose subject is repeated in `Mcp-Name`, with the parameter that it repeats. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  // Of the extension for tasks.
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/**
 * Whom a stateless request comes from, once its envelope is complete and its headers repeat what the body says
 * (2026-07-28 `basic/transports/streamable-http.mdx#server-validation`).
 * @throws ProtocolError -32602, -32020 or -32022
 */
export function admit(headers: IncomingHttpHeaders, request: Frame): StatelessClient {
  const requested = statelessVersionOf(request);
  mustMatch('MCP-Protocol-Version', headers['mcp-protocol-version'], requested);
  if (requested !== STATELESS_VERSION) {
    const data = { supported: [STATELESS_VERSION], requested };
    throw new ProtocolError(RpcCode.unsupportedVersion, `Unsupported protocol version: ${requested}`, data);
  }
  const client = readStatelessClient(request);
  checkMethod(headers, request);
  checkName(headers, request);
  return client;
}

/** @throws ProtocolError -32020 */
export function checkMethod(headers: IncomingHttpHeaders, { method = '' }: Frame): void {
  mustMatch('Mcp-Method', headers['mcp-method'], method);
}

/** A subject that is missing in the body is the business of whoever reads the parameters. */
function checkName(headers: IncomingHttpHeaders, { bytes, members, method = '' }: Frame): void {
  const member = NAMED[method];
  const span = member === undefined ? undefined : members.get(member);
  const name = span && valueOf(bytes, span);
  if (typeof name === 'string') mustMatch('Mcp-Name', headers['mcp-name'], name, decodeHeaderValue);
}

function mustMatch(
  header: string,
  given: string | string[] | undefined,
  said: string,
  read: (value: string) => string | undefined = (value) => value,
): void {
  if (given === undefined) throw headerMismatch(`the ${header} header is missing`);
  if (read(String(given)) !== said) throw headerMismatch(`the ${header} header does not say what the body says`);
}

export function headerMismatch(reason: string): ProtocolError {
  return new ProtocolError(RpcCode.headerMismatch, `Header mismatch: ${reason}`);
}
