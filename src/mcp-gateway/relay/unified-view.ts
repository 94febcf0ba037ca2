import { RpcCode, ProtocolError } from '../../shared/errors/index.js';
import type { Origin, UnifiedEndpoint } from '../routing/endpoint.js';
import type { ServerRecord } from '../routing/sources.js';
import type { Exchange } from './exchange.js';
import { invalidParams, methodNotFound, unknownTool } from './failure.js';
import type { Forward } from './forward.js';
import { objectParam, stringIn, stringParam, type TextAt } from './params.js';
import { uriEdits } from './uris.js';

/**
 * A request of the unified endpoint that one server answers: the name or URI says which, and is replaced by the
 * upstream's own.
 * @throws ProtocolError
 */
export function forwardToOneOf(exchange: Exchange, endpoint: UnifiedEndpoint): Forward {
  switch (exchange.method) {
    case 'tools/call':
      return toolCall(exchange, endpoint);
    case 'prompts/get':
      return promptGet(exchange, endpoint);
    case 'resources/read':
      return resourceRead(exchange, endpoint);
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return subscription(exchange, endpoint);
    case 'completion/complete':
      return completion(exchange, endpoint);
    default:
      throw methodNotFound(exchange.method);
  }
}

function toolCall(exchange: Exchange, endpoint: UnifiedEndpoint): Forward {
  const name = stringParam(exchange, 'name');
  const origin = endpoint.tools.get(name.value);
  exchange.tool = origin?.name ?? name.value;
  if (!origin) throw unknownTool(name.value);
  return renamed(name, origin, endpoint);
}

function promptGet(exchange: Exchange, endpoint: UnifiedEndpoint): Forward {
  const name = stringParam(exchange, 'name');
  const origin = endpoint.prompts.get(name.value);
  if (!origin) throw invalidParams(`unknown prompt: ${name.value}`);
  return renamed(name, origin, endpoint);
}

function renamed(place: TextAt, { server, name }: Origin, endpoint: UnifiedEndpoint): Forward {
  return { server, edits: [{ ...place, text: JSON.stringify(name) }], back: rewriting(endpoint) };
}

/** A URI that no list and no template tells of may still be one that a server knows: they are asked in order. */
function resourceRead(exchange: Exchange, endpoint: UnifiedEndpoint): Forward {
  const place = stringParam(exchange, 'uri');
  const origin = endpoint.resources.resolve(place.value);
  if (!origin) {
    const [server, ...others] = endpoint.servers.filter(hasResources);
    if (!server) throw noResource(place.value);
    return { server, others, back: rewriting(endpoint) };
  }
  const { server, uri } = origin;
  const asAsked = (given: string) => (given === uri ? place.value : endpoint.resources.expose(server, given));
  const edits = [{ ...place, text: JSON.stringify(uri) }];
  return { server, edits, back: (response) => uriEdits(response, asAsked) };
}

function subscription(exchange: Exchange, { resources }: UnifiedEndpoint): Forward {
  const place = stringParam(exchange, 'uri');
  const origin = resources.resolve(place.value);
  if (!origin) throw noResource(place.value);
  const { server, uri } = origin;
  return { server, edits: [{ ...place, text: JSON.stringify(uri) }], ownLink: true, subscription: uri };
}

function completion(exchange: Exchange, endpoint: UnifiedEndpoint): Forward {
  const { bytes } = exchange.request;
  const ref = objectParam(exchange, 'ref');
  if (ref.has('name')) {
    const name = stringIn(bytes, ref, 'name');
    const origin = endpoint.prompts.get(name.value);
    if (!origin) throw invalidParams(`unknown prompt: ${name.value}`);
    return renamed(name, origin, endpoint);
  }
  const place = stringIn(bytes, ref, 'uri');
  const origin = endpoint.resources.resolve(place.value);
  if (!origin) throw noResource(place.value);
  return { server: origin.server, edits: [{ ...place, text: JSON.stringify(origin.uri) }] };
}

function rewriting({ resources }: UnifiedEndpoint): Forward['back'] {
  if (!resources.collide) return undefined;
  return (response, server) => uriEdits(response, (uri) => resources.expose(server, uri));
}

function hasResources({ handshake }: ServerRecord): boolean {
  return handshake?.capabilities.resources !== undefined;
}

function noResource(uri: string): ProtocolError {
  return new ProtocolError(RpcCode.resourceNotFound, `Resource not found: ${uri}`, { uri });
}
