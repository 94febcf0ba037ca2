import { Injectable } from '@nestjs/common';
import type { ProjectContext } from '../projects/index.js';
import { Invalid } from '../shared/errors/index.js';
import { movedSecretFaults } from './moved-secrets.js';
import type { Registration } from './registration.js';
import { RegistrationCheck } from './registration-check.js';
import { McpServer } from './server.entity.js';
import { ServerPolicy } from './server-policy.js';
import { ServerSecrets } from './server-secrets.js';

const NOT_SEEN = {
  revision: 1,
  lastCheckedAt: null,
  lastError: null,
  handshake: null,
  catalogueHash: null,
  createdBy: null,
};

/** The one way by which a registration becomes a server: who may, is it right, seal it. */
@Injectable()
export class Registrar {
  constructor(
    private readonly policy: ServerPolicy,
    private readonly check: RegistrationCheck,
    private readonly secrets: ServerSecrets,
  ) {}

  /**
   * The server as it would be stored; `stored` is the one that is being changed.
   * @throws Forbidden, Invalid
   */
  async prepare(project: ProjectContext, given: Registration, id: string, stored?: McpServer): Promise<McpServer> {
    if (stored) this.policy.demandChange(project, stored.transport);
    this.policy.demandChange(project, given.transport);
    const faults = await this.check.faults(given);
    if (Object.keys(faults).length > 0) throw new Invalid(faults);
    const moved = stored ? movedSecretFaults(given, stored) : {};
    if (Object.keys(moved).length > 0) throw new Invalid(moved);
    const { name, description, transport, command, cwd, timeoutMs, pool, definitionPolicy, enabled } = given;
    const { maxConnections, maxConcurrency } = given;
    const limits = { timeoutMs, pool, maxConnections, maxConcurrency };
    const facts = { name, description, transport, command, cwd, definitionPolicy, enabled, ...limits };
    const sealed = this.secrets.seal(id, given, stored);
    const draft = { ...NOT_SEEN, ...stored, ...facts, ...sealed, id, projectId: project.id };
    return Object.assign(new McpServer(), draft);
  }

  demandChange(project: ProjectContext, { transport }: Pick<McpServer, 'transport'>): void {
    this.policy.demandChange(project, transport);
  }

  /** Why a Developer may not have such a server, and whom to ask. */
  refusal(project: ProjectContext, { transport }: Pick<McpServer, 'transport'>): string | undefined {
    return this.policy.refusal(project, transport);
  }
}
