import type { ProjectRoutes } from '../../routing/endpoint.js';
import type { Caller } from '../../sessions/caller.js';
import type { LoneCallers } from '../../sessions/lone-caller.js';
import type { Stateless } from '../../sessions/session-keeper.js';
import type { ResourceWatches } from '../resource-watches.js';
import type { Bridge } from './bridge.js';
import type { Leases } from './leases.js';
import type { Listens } from './listens.js';

interface Traffic {
  readonly callers: LoneCallers;
  readonly listens: Listens;
  readonly bridge: Bridge;
  readonly leases: Leases;
  readonly watches: ResourceWatches;
}

/** Everything of the stateless protocol that outlives the moment, as those see it who may have to end it. */
export class StatelessTraffic implements Stateless {
  constructor(private readonly traffic: Traffic) {}

  get isCalling(): boolean {
    return this.traffic.callers.size > this.traffic.listens.size;
  }

  endUnauthorized(admission: Parameters<Stateless['endUnauthorized']>[0]): void {
    const { callers, listens, bridge, leases } = this.traffic;
    const mustEnd = (caller: Caller) => !admission.holds(caller);
    listens.endWhere(mustEnd);
    callers.endWhere(mustEnd);
    bridge.parked.endWhere(mustEnd);
    leases.endWhere((keyId) => !admission.isUsable(keyId));
  }

  routesChanged(before: ProjectRoutes | undefined, after: ProjectRoutes | undefined): void {
    this.traffic.listens.routesChanged(before, after);
  }

  /** Tells those who listen, gives up those who still call. */
  stop(): void {
    const { callers, listens, bridge, leases, watches } = this.traffic;
    listens.endWhere(() => true);
    callers.endWhere(() => true);
    bridge.parked.endWhere(() => true);
    leases.stop();
    watches.stop();
  }
}
