import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { membersOf, parse, textOf, type Frame, type RequestId } from '../../shared/jsonrpc/index.js';
import type { KeyUsage } from '../access/key-usage.js';
import type { UnifiedEndpoint } from '../routing/endpoint.js';
import type { Caller } from '../sessions/caller.js';
import { readHello } from '../sessions/client-hello.js';
import type { Reply } from '../sessions/reply.js';
import type { Session } from '../sessions/session.js';
import type { Sessions } from '../sessions/sessions.js';
import type { Discovery } from './discovery.js';
import { Exchange } from './exchange.js';
import { notInitialized } from './failure.js';
import { Forwarder } from './forwarder.js';
import type { Links } from './links.js';
import { setLogLevel } from './log-level.js';
import type { Recorder } from './recorder.js';
import { forwardToServer } from './server-view.js';
import { unifiedList } from './unified-lists.js';
import { forwardToOneOf } from './unified-view.js';
import type { UpstreamMessages } from './upstream-messages.js';
import { welcome } from './welcome.js';

export interface RelayParts {
  readonly sessions: Sessions;
  readonly links: Links;
  readonly messages: UpstreamMessages;
  readonly discovery: Discovery;
  readonly recorder: Recorder;
  readonly usage: KeyUsage;
}

/** Takes a client's messages to where they belong and their answers back. Both frontends speak through it. */
export class Relay {
  private readonly forwarder: Forwarder;

  constructor(private readonly parts: RelayParts) {
    this.forwarder = new Forwarder(parts.links, parts.messages);
  }

  /** The reply gets an answer in any case. */
  request(session: Session, caller: Caller, request: Frame, reply: Reply): void {
    const exchange = new Exchange(session, caller, request, reply, this.parts.recorder);
    session.lastActiveAt = Date.now();
    try {
      if (session.calls.has(exchange.id)) throw new ProtocolError(RpcCode.invalidRequest, 'The id is in use already');
      session.calls.set(exchange.id, exchange);
      this.dispatch(exchange);
    } catch (error) {
      exchange.fail(error);
    }
    if (session.client) this.parts.usage.note(caller.principal.apiKeyId, caller.ip, session.client.clientInfo.name);
  }

  notification(session: Session, caller: Caller, { method, bytes, params }: Frame): void {
    session.lastActiveAt = Date.now();
    if (method === 'notifications/cancelled') return this.cancel(session, bytes, params && membersOf(bytes, params));
    if (method === 'notifications/initialized') return this.initialized(session, caller);
    // A tool call without an id must not slip past the policy and the log as a notification.
    if (!method?.startsWith('notifications/')) return;
    for (const { link } of session.ownLinks.values()) link?.send(bytes);
  }

  /** The client's answer to what an upstream has asked it. */
  response(session: Session, response: Frame): void {
    session.lastActiveAt = Date.now();
    session.questions.answer(response);
  }

  private dispatch(exchange: Exchange<Session>): void {
    const { session, method } = exchange;
    const { endpoint } = exchange.caller;
    if (method === 'ping') return exchange.succeed('{}');
    if (method === 'initialize') return this.initialize(exchange);
    if (!session.client) throw notInitialized();
    if (endpoint.kind === 'server') return this.forwarder.forward(exchange, forwardToServer(exchange, endpoint));
    this.parts.discovery.before(exchange, endpoint, (complete) => this.unified(exchange, complete));
  }

  private unified(exchange: Exchange<Session>, endpoint: UnifiedEndpoint): void {
    const list = unifiedList(exchange, endpoint);
    if (list !== undefined) return exchange.succeed(list);
    if (exchange.method === 'logging/setLevel') {
      setLogLevel(exchange, exchange.session);
      return exchange.succeed('{}');
    }
    this.forwarder.forward(exchange, forwardToOneOf(exchange, endpoint));
  }

  private initialize(exchange: Exchange<Session>): void {
    const { session, caller } = exchange;
    if (session.client) throw new ProtocolError(RpcCode.invalidRequest, 'The session is initialized already');
    const hello = readHello(exchange.request);
    welcome(hello, caller.endpoint, (server) => this.parts.links.sharedLink(server)).then(
      (result) => {
        this.parts.sessions.greet(session, hello);
        this.parts.usage.note(caller.principal.apiKeyId, caller.ip, hello.clientInfo.name);
        exchange.succeed(JSON.stringify(result));
      },
      (error: unknown) => exchange.fail(error),
    );
  }

  /** The client is ready to be asked: its own link to the one server is opened now, as if it spoke to it directly. */
  private initialized(session: Session, { endpoint }: Caller): void {
    const { links } = this.parts;
    if (!session.client || !session.exclusive || endpoint.kind !== 'server') return;
    if (links.isStateless(endpoint.server) || endpoint.server.pool === 'call') return;
    links.own(session, endpoint.server, this.parts.messages);
  }

  private cancel(session: Session, bytes: Buffer, params: ReturnType<typeof membersOf> | undefined): void {
    const span = params?.get('requestId');
    if (span) session.calls.get(parse(textOf(bytes, span)) as RequestId)?.cancel();
  }
}
