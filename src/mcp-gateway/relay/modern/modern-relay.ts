import type { Link } from '../../../servers/index.js';
import type { Frame } from '../../../shared/jsonrpc/index.js';
import type { KeyUsage } from '../../access/key-usage.js';
import type { ServerEndpoint, UnifiedEndpoint } from '../../routing/endpoint.js';
import type { LoneCaller } from '../../sessions/lone-caller.js';
import type { Reply } from '../../sessions/reply.js';
import type { Discovery } from '../discovery.js';
import { attempt } from '../exchange.js';
import { methodNotFound } from '../failure.js';
import type { Recorder } from '../recorder.js';
import { forwardToServer } from '../server-view.js';
import { unifiedList } from '../unified-lists.js';
import { forwardToOneOf } from '../unified-view.js';
import { ourselves, theServer, type Introduced } from '../welcome.js';
import { discoverEdits, discoverResult } from './discover-result.js';
import { stampedList } from '../era-edits.js';
import { ModernExchange } from './modern-exchange.js';
import type { ModernForwarder } from './modern-forwarder.js';
import { forwardTask, withTasks } from './unified-tasks.js';

/** Methods of sessions that the stateless protocol does not have any more. */
const GONE = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/result',
]);

export interface ModernRelayParts {
  readonly forwarder: ModernForwarder;
  readonly discovery: Discovery;
  readonly recorder: Recorder;
  readonly usage: KeyUsage;
  readonly listen: (exchange: ModernExchange) => void;
}

/** Takes stateless requests to where they belong and their answers back. */
export class ModernRelay {
  constructor(private readonly parts: ModernRelayParts) {}

  /** The reply gets an answer in any case. */
  request(lone: LoneCaller, request: Frame, reply: Reply): ModernExchange {
    const { recorder, usage } = this.parts;
    const { caller, client } = lone;
    const exchange = new ModernExchange(lone, caller, request, reply, recorder);
    attempt(exchange, () => this.dispatch(exchange));
    usage.note(caller.principal.apiKeyId, caller.ip, client.clientInfo?.name ?? null);
    return exchange;
  }

  private dispatch(exchange: ModernExchange): void {
    const { method, caller } = exchange;
    const { endpoint } = caller;
    if (GONE.has(method)) throw methodNotFound(method);
    if (method === 'subscriptions/listen') return this.parts.listen(exchange);
    if (endpoint.kind === 'server') return this.ofServer(exchange, endpoint);
    this.parts.discovery.before(exchange, endpoint, (complete) => this.unified(exchange, complete));
  }

  private ofServer(exchange: ModernExchange, endpoint: ServerEndpoint): void {
    const { forwarder } = this.parts;
    if (exchange.method !== 'server/discover') return forwarder.forward(exchange, forwardToServer(exchange, endpoint));
    const forward = { server: endpoint.server, back: discoverEdits };
    const answer = (said: Introduced) => exchange.succeed(discoverResult(theServer(said)));
    const { handshake } = endpoint.server;
    const goOn = (link: Link) => {
      if (link.era === 'modern') forwarder.forward(exchange, forward);
      else answer(link.handshake);
    };
    // A server that is down is introduced from the catalogue, as sessions hear of it too.
    if (handshake) forwarder.withLink(exchange, forward, goOn, () => answer(handshake));
    else forwarder.withLink(exchange, forward, goOn);
  }

  private unified(exchange: ModernExchange, endpoint: UnifiedEndpoint): void {
    const self = ourselves(endpoint);
    if (exchange.method === 'server/discover') return exchange.succeed(discoverResult(withTasks(self)));
    const list = unifiedList(exchange, endpoint);
    if (list !== undefined) return exchange.succeed(stampedList(list, self.serverInfo));
    this.parts.forwarder.forward(exchange, forwardTask(exchange, endpoint) ?? forwardToOneOf(exchange, endpoint));
  }
}
