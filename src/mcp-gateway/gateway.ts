import type { UpstreamPool } from '../servers/index.js';
import type { Config } from '../shared/config/index.js';
import type { Sealer } from '../shared/crypto/index.js';
import type { Events } from '../shared/events/index.js';
import { Admission } from './access/admission.js';
import { largeRoom } from '../shared/large-room.js';
import { KeyUsage } from './access/key-usage.js';
import { Keys, type KeySource } from './access/keys.js';
import { type CountSource, RateLimits } from './access/rate-limits.js';
import { Bodies } from './frontends/bodies.js';
import { LegacySse } from './frontends/legacy-sse.js';
import { McpDoor } from './frontends/mcp-door.js';
import { ModernHttp } from './frontends/modern/modern-http.js';
import { OpenStreams } from './frontends/open-streams.js';
import { Pulse } from './frontends/pulse.js';
import { StreamableHttp } from './frontends/streamable-http.js';
import { Discovery } from './relay/discovery.js';
import { Links } from './relay/links.js';
import { Leases } from './relay/modern/leases.js';
import { Listens } from './relay/modern/listens.js';
import { ModernForwarder } from './relay/modern/modern-forwarder.js';
import { ModernRelay } from './relay/modern/modern-relay.js';
import { RequestStates } from './relay/modern/request-states.js';
import { StatelessTraffic } from './relay/modern/stateless-traffic.js';
import { Recorder } from './relay/recorder.js';
import { Relay, type RelayParts } from './relay/relay.js';
import { ResourceWatches } from './relay/resource-watches.js';
import { UpstreamMessages } from './relay/upstream-messages.js';
import { Routes } from './routing/routes.js';
import type { ProjectSource, ServerRecord, ServerSource } from './routing/sources.js';
import { LoneCallers } from './sessions/lone-caller.js';
import { SessionKeeper } from './sessions/session-keeper.js';
import { Sessions } from './sessions/sessions.js';

/** What the gateway needs of the rest of the product. */
export interface GatewaySources {
  readonly config: Pick<Config, 'publicUrl' | 'trustedProxies' | 'maxMessageBytes' | 'sessionIdleMinutes'>;
  readonly projects: ProjectSource & KeySource & CountSource;
  readonly servers: ServerSource;
  readonly pool: Pick<UpstreamPool, 'shared' | 'exclusive' | 'onSharedNotification' | 'turns'>;
  readonly events: Pick<Events, 'emit' | 'afterKept'>;
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
}

/** The parts that the listener speaks to. */
export interface Gateway {
  readonly keys: Keys;
  readonly admission: Admission;
  readonly limits: RateLimits;
  readonly routes: Routes;
  readonly sessions: Sessions;
  readonly keeper: SessionKeeper;
  readonly pulse: Pulse;
  readonly stateless: StatelessTraffic;
  readonly mcp: McpDoor;
  readonly sse: LegacySse;
}

/** Messages and answers together, also those that wait to be read: the process holds so many of the longest. */
const LARGE_AT_ONCE = 10;

/** Puts the parts of the journey together: access, routing, frontends, relay. */
export function assemble(sources: GatewaySources): Gateway {
  const { config, projects, servers, pool, events } = sources;
  const { maxMessageBytes, publicUrl } = config;
  const bodies = new Bodies(maxMessageBytes);
  largeRoom.limit = LARGE_AT_ONCE * maxMessageBytes;
  const keys = new Keys(projects);
  const routes = new Routes(projects, servers);
  const admission = new Admission(keys, routes);
  const limits = new RateLimits(projects);
  const sessions = new Sessions(events);
  const pulse = new Pulse();
  const recorder = new Recorder(events);
  const links = new Links(pool);
  const common = { links, recorder, discovery: new Discovery(servers, routes), usage: new KeyUsage(events) };
  const { modern, stateless } = assembleStateless(sources, common, { routes, pulse });
  const keeper = new SessionKeeper(sessions, admission, config.sessionIdleMinutes * 60_000, stateless);
  routes.onChange((before, after) => keeper.routesChanged(before, after));
  const relay = new Relay({ sessions, messages: new UpstreamMessages(routes), ...common });
  const parts = { relay, sessions, recorder, keepers: { pulse, streams: new OpenStreams() }, bodies, limits };
  return {
    ...{ keys, admission, limits, routes, sessions, keeper, pulse, stateless },
    mcp: new McpDoor({ sessions: new StreamableHttp(parts), modern, recorder, bodies, limits }),
    sse: new LegacySse(parts, publicUrl),
  };
}

type Common = Pick<RelayParts, 'links' | 'recorder' | 'discovery' | 'usage'>;

/** The stateless protocol's part of it. */
function assembleStateless(
  { pool, sealer }: GatewaySources,
  { links, ...common }: Common,
  { routes, pulse }: Pick<Gateway, 'routes' | 'pulse'>,
): { modern: ModernHttp; stateless: StatelessTraffic } {
  const callers = new LoneCallers();
  const leases = new Leases(pool);
  const linkTo = (server: ServerRecord) => links.modernLink(server);
  const watches = new ResourceWatches(linkTo, routes);
  const listens = new Listens({ linkTo, watches });
  pool.onSharedNotification((link, frame) => {
    watches.heard(link, frame);
    listens.heard(link, frame);
  });
  const forwarder = new ModernForwarder(links, leases, new RequestStates(sealer));
  const relay = new ModernRelay({ ...common, forwarder, listen: (exchange) => listens.start(exchange) });
  const { bridge } = forwarder;
  return {
    modern: new ModernHttp({ relay, callers, pulse }),
    stateless: new StatelessTraffic({ callers, listens, bridge, leases, watches }),
  };
}
