import type { Link, ModernLink } from '../../../servers/index.js';
import { membersOf, parse, textOf, type Edit, type Frame } from '../../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../../routing/sources.js';
import { attempt } from '../exchange.js';
import { editsBack, toNextServer, type Forward } from '../forward.js';
import type { Links } from '../links.js';
import { inTurn, isAlone, isLimited } from '../pooling.js';
import { Bridge } from './bridge.js';
import { asPrivate } from '../era-edits.js';
import type { Lease, Leases } from './leases.js';
import type { ModernExchange } from './modern-exchange.js';
import { invalidState, type RequestStates } from './request-states.js';
import { taskEdits } from './unified-tasks.js';

/** Takes stateless requests to upstreams: as they are to those of the same era, over the bridge to the others. */
export class ModernForwarder {
  readonly bridge: Bridge;

  constructor(
    private readonly links: Links,
    private readonly leases: Leases,
    private readonly states: RequestStates,
  ) {
    this.bridge = new Bridge(leases, states, (exchange, forward) => this.tryNext(exchange, forward));
  }

  forward(exchange: ModernExchange, forward: Forward): void {
    exchange.serverId = forward.server.id;
    if (!isLimited(forward.server, exchange.method)) return this.begin(exchange, forward);
    inTurn(this.links.turns, exchange, forward.server, () => this.begin(exchange, forward));
  }

  private begin(exchange: ModernExchange, forward: Forward): void {
    this.withLink(exchange, forward, (link) => {
      exchange.sent();
      if (link.era === 'modern') this.throughOrAlone(exchange, this.returning(exchange, forward), link);
      else this.bridge.carry(exchange, forward, link);
    });
  }

  /** Goes on with the shared link of the caller's era, at once when it stands. */
  withLink(
    exchange: ModernExchange,
    forward: Forward,
    goOn: (link: Link) => void,
    otherwise = (error: unknown): void => this.failed(exchange, forward, error),
  ): void {
    const link = this.links.modernLink(forward.server);
    if (!(link instanceof Promise)) return goOn(link);
    link.then(
      (open) => attempt(exchange, () => goOn(open)),
      (error: unknown) => attempt(exchange, () => otherwise(error)),
    );
  }

  /** On a shared pipe nobody knows whose log messages come: a request that asks for some leases one. */
  private throughOrAlone(exchange: ModernExchange, forward: Forward, link: ModernLink): void {
    const { target, handshake } = link;
    const logs = exchange.session.client.logLevel !== undefined && handshake.capabilities.logging !== undefined;
    const mustBeAlone = isAlone(forward.server, exchange.method) || (logs && target.transport === 'stdio');
    if (!mustBeAlone) return this.through(exchange, forward, link);
    this.leases.take(forward.server, exchange.session, 'modern').then(
      (lease) => attempt(exchange, () => this.alone(exchange, forward, lease)),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  private alone(exchange: ModernExchange, forward: Forward, lease: Lease): void {
    if (exchange.isOver) return this.leases.giveBack(lease);
    lease.tenant = exchange;
    exchange.finally(() => {
      if (exchange.signal.aborted) void this.leases.close(lease, 'the call on it was given up');
      else this.leases.giveBack(lease);
    });
    this.through(exchange, forward, lease.link as ModernLink);
  }

  /** Bytes through: the envelope, the answers and the state are the client's and the upstream's affair. */
  private through(exchange: ModernExchange, forward: Forward, link: ModernLink): void {
    if (exchange.isOver) return;
    const { server, edits = [] } = forward;
    const { paramHeaders } = exchange.session;
    const options = { edits, sink: exchange, timeoutMs: server.timeoutMs, signal: exchange.signal, paramHeaders };
    link.call(exchange.request, options).then(
      (response) => attempt(exchange, () => this.answered(exchange, forward, response)),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  private answered(exchange: ModernExchange, forward: Forward, response: Frame): void {
    if (response.kind === 'error' && this.tryNext(exchange, forward)) return;
    const edits = editsBack(forward, response);
    exchange.answer(response, forward.back ? [...edits, ...asPrivate(response)] : edits);
  }

  private failed(exchange: ModernExchange, forward: Forward, error: unknown): void {
    if (!this.tryNext(exchange, forward)) exchange.fail(error);
  }

  private tryNext(exchange: ModernExchange, forward: Forward): boolean {
    const next = exchange.isOver ? undefined : toNextServer(forward);
    if (next) this.forward(exchange, next);
    return next !== undefined;
  }

  /**
   * On the unified endpoint an upstream's `requestState` travels inside ours, and the id of a task behind the server's
   * name, so that they come back to that server and to no other.
   */
  private returning(exchange: ModernExchange, forward: Forward): Forward {
    if (exchange.caller.endpoint.kind === 'server') return forward;
    const { back } = forward;
    const sealed = {
      ...forward,
      back: (response: Frame, server: ServerRecord) => [
        ...(back?.(response, server) ?? []),
        ...this.sealedState(exchange, response, server),
        ...taskEdits(exchange, response, server),
      ],
    };
    const known = this.states.open(exchange);
    if (!known) return sealed;
    const candidates = [forward.server, ...(forward.others ?? [])];
    const server = 'state' in known ? candidates.find(({ id }) => id === known.server) : undefined;
    if (!server || !('state' in known)) throw invalidState();
    const place = exchange.params.get('requestState') as NonNullable<Edit>;
    const edits = [...(forward.edits ?? []), { ...place, text: JSON.stringify(known.state) }];
    return { ...sealed, server, others: [], edits };
  }

  private sealedState(exchange: ModernExchange, { bytes, kind, outcome }: Frame, { id }: ServerRecord): Edit[] {
    if (kind !== 'result' || !outcome || bytes[outcome.start] !== 0x7b) return [];
    const span = membersOf(bytes, outcome).get('requestState');
    const state = span && parse(textOf(bytes, span));
    if (!span || typeof state !== 'string') return [];
    return [{ ...span, text: JSON.stringify(this.states.seal(exchange, { server: id, state })) }];
  }
}
