import type { IncomingMessage } from 'node:http';
import type { Endpoint } from '../routing/endpoint.js';
import type { Routes } from '../routing/routes.js';
import { apiKeyOf } from './credentials.js';
import type { Keys } from './keys.js';
import type { Principal } from './principal.js';

type Found = Principal | undefined;

/** Who may come in, and who may stay. */
export class Admission {
  constructor(
    private readonly keys: Pick<Keys, 'find' | 'isUsable'>,
    private readonly routes: Pick<Routes, 'project' | 'endpoint'>,
  ) {}

  /** The key's holder; without a key whoever comes, where the project lets them. A wrong key is never let in. */
  principal(req: IncomingMessage, project: string): Found | Promise<Found> {
    const key = apiKeyOf(req);
    return key === undefined ? this.routes.project(project)?.visitor : this.keys.find(key, req.socket);
  }

  /** As the principal may see it. */
  endpoint(principal: Principal, project: string, server: string | null): Endpoint | undefined {
    const endpoint = this.routes.endpoint(project, server, principal.scope);
    return endpoint?.projectId === principal.projectId ? endpoint : undefined;
  }

  isAllowedFrom(ip: string, { networks, projectId }: Principal): boolean {
    const ofProject = this.routes.project(projectId)?.networks;
    return (networks?.includes(ip) ?? true) && (ofProject?.includes(ip) ?? true);
  }

  /** Whether who came in once would come in again. */
  holds({ principal, ip }: { readonly principal: Principal; readonly ip: string }): boolean {
    return this.isUsable(principal.keyId) && this.isAllowedFrom(ip, principal);
  }

  isUsable(keyId: string): boolean {
    return (
      this.keys.isUsable(keyId) ||
      this.routes.project(keyId.slice(keyId.lastIndexOf(' ') + 1))?.visitor?.keyId === keyId
    );
  }
}
