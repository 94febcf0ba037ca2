import { elementsOf, membersOf, parse, textOf, type Edit, type Frame } from '../../shared/jsonrpc/index.js';
import type { ServerEndpoint } from '../routing/endpoint.js';
import type { Exchange } from './exchange.js';
import { unknownTool } from './failure.js';
import type { Forward } from './forward.js';
import { stringParam } from './params.js';

const LISTS = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']);

/**
 * A request on the endpoint of one server: names are the upstream's, and what the gateway does not know is the
 * upstream's to answer. Only tools that are switched off do not exist here.
 * @throws ProtocolError
 */
export function forwardToServer(exchange: Exchange, endpoint: ServerEndpoint): Forward {
  const { server, hides } = endpoint;
  const { method } = exchange;
  if (method === 'tools/call') return toolCall(exchange, endpoint);
  if (LISTS.has(method)) {
    const back = method === 'tools/list' && hides ? (response: Frame) => withoutTools(response, hides) : undefined;
    return { server, back, isList: !exchange.params.has('cursor') };
  }
  if (method === 'logging/setLevel' && server.handshake?.capabilities.logging) {
    return { server, ownLink: true, logLevel: stringParam(exchange, 'level').value };
  }
  if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
    return { server, ownLink: true, subscription: stringParam(exchange, 'uri').value };
  }
  return { server, ownLink: method.startsWith('tasks/') };
}

function toolCall(exchange: Exchange, { server, hides }: ServerEndpoint): Forward {
  const { value } = stringParam(exchange, 'name');
  exchange.tool = value;
  if (hides?.(value)) throw unknownTool(value);
  return { server, ownLink: exchange.params.has('task') };
}

function withoutTools({ bytes, kind, outcome }: Frame, hides: (name: string) => boolean): Edit[] {
  const tools = kind === 'result' && outcome ? membersOf(bytes, outcome).get('tools') : undefined;
  if (!tools) return [];
  const kept = elementsOf(bytes, tools).filter((span) => {
    const name = membersOf(bytes, span).get('name');
    return !name || !hides(String(parse(textOf(bytes, name))));
  });
  return [{ ...tools, text: `[${kept.map((span) => textOf(bytes, span)).join(',')}]` }];
}
