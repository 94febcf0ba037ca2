import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { parse, textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { Introduction } from './conversation.js';
import { isObject } from './is-object.js';

/** Session protocols, newest first; all of them are spoken on all endpoints. */
export const SESSION_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** What the client said of itself in `initialize`. */
export interface ClientHello extends Introduction {
  /** As agreed: the client's, where we speak it, otherwise our newest. */
  readonly protocolVersion: string;
  readonly clientInfo: { readonly name: string; readonly version: string };
}

function refuse(member: string): never {
  throw new ProtocolError(RpcCode.invalidParams, `Invalid params: initialize needs ${member}`);
}

/** @throws ProtocolError -32602 */
export function readHello({ bytes, params }: Frame): ClientHello {
  const given = params && parse(textOf(bytes, params));
  if (!isObject(given)) refuse('params');
  const { protocolVersion, capabilities, clientInfo } = given;
  if (typeof protocolVersion !== 'string') refuse('a protocolVersion');
  if (!isObject(capabilities)) refuse('capabilities');
  if (!isObject(clientInfo) || typeof clientInfo.name !== 'string') refuse('clientInfo with a name');
  const { version } = clientInfo;
  return {
    protocolVersion: SESSION_VERSIONS.includes(protocolVersion) ? protocolVersion : (SESSION_VERSIONS[0] as string),
    capabilities,
    clientInfo: { ...clientInfo, name: clientInfo.name, version: typeof version === 'string' ? version : '' },
  };
}

/** Whether a server may ask this client something, which only a link of its own can route back to it. */
export function canBeAsked({ capabilities }: Introduction): boolean {
  return 'sampling' in capabilities || 'elicitation' in capabilities || 'roots' in capabilities;
}
