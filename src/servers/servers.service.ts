import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { Raw, Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { ProjectContext } from '../projects/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Invalid, NotFound } from '../shared/errors/index.js';
import { Registrar } from './registrar.service.js';
import type { Registration } from './registration.js';
import { McpServer, NAME_TAKEN } from './server.entity.js';
import { type ServerChanges, withChanges } from './server.form.js';
import { ServerLifecycle } from './server-lifecycle.service.js';
import { registrationOf } from './server-secrets.js';

/** The servers of a project: every query is scoped by it. */
@Injectable()
export class ServersService {
  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly registrar: Registrar,
    private readonly lifecycle: ServerLifecycle,
  ) {}

  /** From the database only; no server is asked. */
  list(projectId: string): Promise<McpServer[]> {
    return this.servers.find({ where: { projectId }, order: { name: 'ASC' } });
  }

  /** @throws NotFound also when the server is another project's. */
  async find(projectId: string, idOrName: string): Promise<McpServer> {
    const which = isUUID(idOrName) ? { id: idOrName } : { name: sameName([idOrName]) };
    const server = await this.servers.findOneBy({ projectId, ...which });
    if (!server) throw new NotFound('server');
    return server;
  }

  /** The server is there at once; what it offers is found out behind. */
  async create(project: ProjectContext, userId: string, registration: Registration): Promise<McpServer> {
    const [server] = await this.createAll(project, userId, [registration]);
    return server as McpServer;
  }

  /** All of them or none. */
  async createAll(
    project: ProjectContext,
    userId: string,
    registrations: readonly Registration[],
  ): Promise<McpServer[]> {
    if (registrations.length === 0) return [];
    const drafts = await Promise.all(
      registrations.map((given) => this.registrar.prepare(project, given, randomUUID())),
    );
    await this.demandFree(project.id, registrations);
    for (const draft of drafts) Object.assign(draft, { createdBy: userId, status: draft.restingStatus() });
    const saved = await translated(this.servers.save(drafts));
    for (const server of saved) await this.lifecycle.reconnected(server, 'it is new');
    return saved;
  }

  async update(project: ProjectContext, stored: McpServer, changes: ServerChanges): Promise<McpServer> {
    const given = withChanges(registrationOf(stored), changes);
    const draft = await this.registrar.prepare(project, given, stored.id, stored);
    if (given.name.toLowerCase() !== stored.name.toLowerCase()) await this.demandFree(project.id, [given]);
    if (!isReachedAlike(stored, draft)) return this.reconnect(draft, 'its registration was changed');
    const server = await this.write(draft);
    await this.lifecycle.described(server);
    return server;
  }

  async toggle(project: ProjectContext, stored: McpServer, enabled = !stored.enabled): Promise<McpServer> {
    this.registrar.demandChange(project, stored);
    if (stored.enabled === enabled) return stored;
    const reason = enabled ? 'it was switched on' : 'it was switched off';
    return this.reconnect(Object.assign(new McpServer(), stored, { enabled }), reason);
  }

  async restart(project: ProjectContext, stored: McpServer): Promise<McpServer> {
    this.registrar.demandChange(project, stored);
    return this.reconnect(stored, 'it was restarted by hand');
  }

  async remove(project: ProjectContext, stored: McpServer): Promise<void> {
    this.registrar.demandChange(project, stored);
    await this.servers.delete({ id: stored.id, projectId: project.id });
    await this.lifecycle.reconnected(Object.assign(new McpServer(), stored, { enabled: false }), 'it was deleted');
  }

  private async reconnect(changed: McpServer, reason: string): Promise<McpServer> {
    const server = await this.write(changed, {
      revision: () => 'revision + 1',
      status: changed.restingStatus(),
      lastError: null,
    });
    await this.lifecycle.reconnected(server, reason);
    return server;
  }

  /** Only what people decide: what checks have seen meanwhile stays. */
  private async write(draft: McpServer, more: QueryDeepPartialEntity<McpServer> = {}): Promise<McpServer> {
    const { id, projectId } = draft;
    await translated(this.servers.update({ id, projectId }, { ...decisionsOf(draft), ...more }));
    return this.find(projectId, id);
  }

  private async demandFree(projectId: string, registrations: readonly Registration[]): Promise<void> {
    const names = registrations.map(({ name }) => name);
    const [twin] = await this.servers.findBy({ projectId, name: sameName(names) });
    if (twin) throw nameTaken();
  }
}

function sameName(names: readonly string[]) {
  const lower = names.map((name) => name.toLowerCase());
  return Raw((column) => `lower(${column}) IN (:...lower)`, { lower });
}

function nameTaken(): Invalid {
  return new Invalid({ name: 'Choose another name: this project has a server of that name already.' });
}

/** The courtesy check and the unique index say the same. */
async function translated<Saved>(saving: Promise<Saved>): Promise<Saved> {
  try {
    return await saving;
  } catch (error) {
    throw isUniqueViolation(error, NAME_TAKEN) ? nameTaken() : error;
  }
}

function decisionsOf(server: McpServer) {
  const { name, description, transport, command, args, cwd, url, sealedUrl, env, headers } = server;
  const { timeoutMs, pool, maxConnections, maxConcurrency, definitionPolicy, enabled } = server;
  const reach = { transport, command, args, cwd, url, sealedUrl, env, headers, timeoutMs };
  return { ...reach, name, description, pool, maxConnections, maxConcurrency, definitionPolicy, enabled };
}

const NO_REACH = { name: '', description: '', maxConnections: null, maxConcurrency: null };

/** Kept secrets keep their sealed text, so equal means untouched. */
function isReachedAlike(before: McpServer, after: McpServer): boolean {
  const reach = (server: McpServer) => JSON.stringify({ ...decisionsOf(server), ...NO_REACH });
  return reach(before) === reach(after);
}
