import type { LegacyLink } from '../../../servers/index.js';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import { membersOf, parse, textOf, type Frame } from '../../../shared/jsonrpc/index.js';
import { canBeAsked } from '../../sessions/client-hello.js';
import { attempt } from '../exchange.js';
import { invalidParams, methodNotFound } from '../failure.js';
import { editsBack, type Forward } from '../forward.js';
import { declares } from '../input-kinds.js';
import { isAlone } from '../pooling.js';
import { ListCache, type ListQuestion } from '../list-cache.js';
import { errorCodeOf } from '../outcome.js';
import { asSessionRequest, asStatelessResponse } from '../era-edits.js';
import { InteractiveCall, type InteractiveEnds } from './interactive-call.js';
import type { Lease, Leases } from './leases.js';
import type { ModernExchange } from './modern-exchange.js';
import { ParkedCalls } from './parked-calls.js';
import { invalidState, type RequestStates } from './request-states.js';

/** Requests on which the client may be asked something (2026-07-28 `basic/patterns/mrtr.mdx#supported-requests`). */
const INTERACTIVE = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** 2025-11-25 `client/elicitation.mdx`: the client must see to a URL and then ask again. */
const URL_ELICITATION_REQUIRED = -32042;

/** What the bridge needs to go on with a request that the first server could not answer. */
export type TryNext = (exchange: ModernExchange, forward: Forward) => boolean;

/** Carries requests of stateless clients to upstreams that know sessions only, and translates on the way. */
export class Bridge {
  readonly parked = new ParkedCalls<InteractiveCall>();
  private readonly lists = new ListCache();

  constructor(
    private readonly leases: Leases,
    private readonly states: RequestStates,
    private readonly tryNext: TryNext,
  ) {
    leases.giveUpOldest = (keyId) => this.parked.giveUpOldest(keyId);
  }

  /** @param link the shared one; a call that needs a link of its own leases one. */
  carry(exchange: ModernExchange, forward: Forward, link: LegacyLink): void {
    if (exchange.method.startsWith('tasks/')) throw methodNotFound(exchange.method);
    const state = this.states.open(exchange);
    if (state && 'parked' in state) return this.parked.fetch(state).resume(exchange, answersOf(exchange));
    if (state && !('again' in state)) throw invalidState();
    if (isAlone(forward.server, exchange.method) || needsLease(exchange, link)) this.lease(exchange, forward, link);
    else this.share(exchange, forward, link);
  }

  private share(exchange: ModernExchange, forward: Forward, link: LegacyLink): void {
    const { server, edits = [], isList } = forward;
    const { listChanges } = link;
    const asked = isList ? { server, link, method: exchange.method, listChanges } : undefined;
    const kept = asked && this.lists.get(asked);
    if (kept) return exchange.succeed(kept);
    // Log messages that come here were not asked for by this request.
    exchange.onUpstreamMessage = (frame) => {
      if (frame.method === 'notifications/progress') exchange.reply.message(frame.bytes);
    };
    const options = { sink: exchange, timeoutMs: server.timeoutMs, signal: exchange.signal };
    link.call(exchange.request, { ...options, edits: [...edits, ...asSessionRequest(exchange.request)] }).then(
      (response) => attempt(exchange, () => this.answered(exchange, forward, { response, link, asked })),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  private lease(exchange: ModernExchange, forward: Forward, link: LegacyLink): void {
    this.leases.take(forward.server, exchange.session).then(
      (lease) =>
        attempt(exchange, () => {
          if (exchange.isOver) this.leases.giveBack(lease);
          else if (forward.isList) this.listOn(lease, exchange, forward);
          else this.callOn(lease, exchange, forward, link);
        }),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  private callOn(lease: Lease, exchange: ModernExchange, forward: Forward, link: LegacyLink): void {
    const ends: InteractiveEnds = {
      answered: (last, response) =>
        attempt(last, () => this.answered(last, forward, { response, link, asked: undefined })),
      failed: (last, error) => attempt(last, () => this.failed(last, forward, error)),
      park: (call, last) => this.states.seal(last, this.parked.park(call, call.round)),
      over: (used, isClean) => {
        if (isClean) this.leases.giveBack(used);
        else void this.leases.close(used, 'the call on it was given up');
      },
    };
    setLogLevel(lease, exchange.session.client.logLevel);
    const call = new InteractiveCall(lease, forward.server.timeoutMs, ends, exchange);
    call.begin(exchange, [...(forward.edits ?? []), ...asSessionRequest(exchange.request)]);
  }

  /** What a server offers may depend on what its client can be asked. */
  private listOn(lease: Lease, exchange: ModernExchange, forward: Forward): void {
    const link = lease.link as LegacyLink;
    exchange.finally(() => this.leases.giveBack(lease));
    this.share(exchange, { ...forward, isList: false }, link);
  }

  private answered(
    exchange: ModernExchange,
    forward: Forward,
    { response, link, asked }: { response: Frame; link: LegacyLink; asked: ListQuestion | undefined },
  ): void {
    if (response.kind === 'error' && this.tryNext(exchange, forward)) return;
    if (errorCodeOf(response) === URL_ELICITATION_REQUIRED) return this.visitUrls(exchange, response);
    const stamps = asStatelessResponse(response, exchange.method, link.handshake.serverInfo);
    const edits = [...editsBack(forward, response), ...stamps];
    if (asked) this.lists.put(asked, response, edits);
    exchange.answer(response, edits);
  }

  private failed(exchange: ModernExchange, forward: Forward, error: unknown): void {
    if (!this.tryNext(exchange, forward)) exchange.fail(error);
  }

  /** The upstream has forgotten the call and will be called anew, once the client has been at these URLs. */
  private visitUrls(exchange: ModernExchange, { bytes, outcome }: Frame): void {
    const requiredCapabilities = { elicitation: { url: {} } };
    if (!declares(exchange.session.client.capabilities, requiredCapabilities)) {
      const message = 'The server needs the user to visit a URL, for which the client declares no capability';
      throw new ProtocolError(RpcCode.missingCapability, message, { requiredCapabilities });
    }
    const { data } = parse(textOf(bytes, outcome as NonNullable<typeof outcome>)) as { data?: UrlsToVisit };
    const asked = (data?.elicitations ?? []).map(({ elicitationId: _ofSessions, ...params }, at) => [
      `in${at + 1}`,
      { method: 'elicitation/create', params: { ...params, mode: 'url' } },
    ]);
    const requestState = this.states.seal(exchange, { again: true });
    const inputRequests = Object.fromEntries(asked) as object;
    exchange.succeed(JSON.stringify({ resultType: 'input_required', inputRequests, requestState }));
  }
}

interface UrlsToVisit {
  readonly elicitations?: readonly { readonly elicitationId?: string }[];
}

function needsLease({ method, session, caller }: ModernExchange, { handshake }: LegacyLink): boolean {
  const { client } = session;
  if (method === 'tools/list') return canBeAsked(client) && caller.endpoint.kind === 'server';
  if (!INTERACTIVE.has(method)) return false;
  return canBeAsked(client) || (client.logLevel !== undefined && !!handshake.capabilities.logging);
}

/** Servers keep a level for the whole link; without one they say nothing, or what we then drop. */
function setLogLevel(lease: Lease, level: string | undefined): void {
  if (level === undefined || level === lease.logLevel || !lease.link.handshake.capabilities.logging) return;
  lease.logLevel = level;
  lease.link.ask('logging/setLevel', { level }).catch(() => undefined);
}

/** The client's answers as JSON texts; what is no object answers nothing and is asked again. @throws ProtocolError */
function answersOf({ params, request: { bytes } }: ModernExchange): Map<string, string> {
  const span = params.get('inputResponses');
  if (!span) return new Map();
  if (bytes[span.start] !== 0x7b) throw invalidParams('"inputResponses" must be an object');
  const given = [...membersOf(bytes, span)].filter(([, { start }]) => bytes[start] === 0x7b);
  return new Map(given.map(([key, answer]) => [key, textOf(bytes, answer)]));
}
