import type { UpstreamPool } from '../servers/index.js';
import type { Config } from '../shared/config/index.js';
import type { Events } from '../shared/events/index.js';
import { KeyUsage } from './access/key-usage.js';
import { Keys, type KeySource } from './access/keys.js';
import { LegacySse } from './frontends/legacy-sse.js';
import { OpenStreams } from './frontends/open-streams.js';
import { Pulse } from './frontends/pulse.js';
import { StreamableHttp } from './frontends/streamable-http.js';
import { Discovery } from './relay/discovery.js';
import { Links } from './relay/links.js';
import { Recorder } from './relay/recorder.js';
import { Relay } from './relay/relay.js';
import { UpstreamMessages } from './relay/upstream-messages.js';
import { Routes } from './routing/routes.js';
import type { ProjectSource, ServerSource } from './routing/sources.js';
import { SessionKeeper } from './sessions/session-keeper.js';
import { Sessions } from './sessions/sessions.js';

/** What the gateway needs of the rest of the product. */
export interface GatewaySources {
  readonly config: Pick<Config, 'publicUrl' | 'trustedProxies' | 'maxMessageBytes' | 'sessionIdleMinutes'>;
  readonly projects: ProjectSource & KeySource;
  readonly servers: ServerSource;
  readonly pool: Pick<UpstreamPool, 'shared' | 'exclusive'>;
  readonly events: Pick<Events, 'emit'>;
}

/** The parts that the listener speaks to. */
export interface Gateway {
  readonly keys: Keys;
  readonly routes: Routes;
  readonly sessions: Sessions;
  readonly keeper: SessionKeeper;
  readonly pulse: Pulse;
  readonly http: StreamableHttp;
  readonly sse: LegacySse;
}

/** Puts the parts of the journey together: access, routing, frontends, relay. */
export function assemble({ config, projects, servers, pool, events }: GatewaySources): Gateway {
  const keys = new Keys(projects);
  const routes = new Routes(projects, servers);
  const sessions = new Sessions(events);
  const keeper = new SessionKeeper(sessions, keys, config.sessionIdleMinutes * 60_000);
  routes.onChange((before, after) => keeper.routesChanged(before, after));
  const recorder = new Recorder(events);
  const relay = new Relay({
    sessions,
    recorder,
    links: new Links(pool),
    messages: new UpstreamMessages(routes),
    discovery: new Discovery(servers, routes),
    usage: new KeyUsage(events),
  });
  const pulse = new Pulse();
  const { maxMessageBytes, publicUrl } = config;
  const parts = { relay, sessions, recorder, keepers: { pulse, streams: new OpenStreams() }, maxMessageBytes };
  return {
    keys,
    routes,
    sessions,
    keeper,
    pulse,
    http: new StreamableHttp(parts),
    sse: new LegacySse(parts, publicUrl),
  };
}
