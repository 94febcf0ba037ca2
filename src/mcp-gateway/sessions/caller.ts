import type { Principal } from '../access/principal.js';
import type { Endpoint } from '../routing/endpoint.js';

/** Who sent one HTTP request, and to which endpoint of the snapshot of that moment. */
export interface Caller {
  readonly principal: Principal;
  readonly endpoint: Endpoint;
  readonly transport: 'streamable-http' | 'sse';
  readonly ip: string;
  readonly userAgent: string | null;
  /** Of W3C Trace Context. */
  readonly traceId: string | null;
}

/** Who opened a session; it does not hold on to the snapshot of that moment. */
export interface Opener extends Omit<Caller, 'endpoint'> {
  readonly endpoint: Pick<Endpoint, 'kind' | 'projectId' | 'serverId' | 'label'>;
}

export function openerOf({ endpoint, ...caller }: Caller): Opener {
  const { kind, projectId, serverId, label } = endpoint;
  return { ...caller, endpoint: { kind, projectId, serverId, label } };
}
