import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { Raw, Repository } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import type { ProjectContext } from '../projects/index.js';
import { NotFound } from '../shared/errors/index.js';
import { Registrar } from './registrar.service.js';
import type { Registration } from './registration.js';
import { isDecidedAlike, isReachedAlike } from './server-changes.js';
import { McpServer } from './server.entity.js';
import { type ServerChanges, withChanges } from './server.form.js';
import { ServerLifecycle } from './server-lifecycle.service.js';
import { registrationOf } from './server-secrets.js';
import { type Decision, nameTaken, ServerWriter } from './server-writer.service.js';

/** The servers of a project: every query is scoped by it. */
@Injectable()
export class ServersService {
  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly registrar: Registrar,
    private readonly writer: ServerWriter,
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
  async create(project: ProjectContext, by: CurrentUser, registration: Registration): Promise<McpServer> {
    const [server] = await this.createAll(project, by, [registration], 'server.created');
    return server as McpServer;
  }

  /** All of them or none. */
  async createAll(
    project: ProjectContext,
    by: CurrentUser,
    registrations: readonly Registration[],
    type: 'server.created' | 'server.imported' = 'server.imported',
  ): Promise<McpServer[]> {
    if (registrations.length === 0) return [];
    const drafts = await Promise.all(
      registrations.map((given) => this.registrar.prepare(project, given, randomUUID())),
    );
    await this.demandFree(project.id, registrations);
    for (const draft of drafts) Object.assign(draft, { createdBy: by.id, status: draft.restingStatus() });
    const saved = await this.writer.insert(drafts, type, by);
    for (const server of saved) await this.lifecycle.reconnected(server, 'it is new');
    return saved;
  }

  /** When somebody else is quicker, the changes are laid over theirs, and all of it is checked again. */
  async update(
    project: ProjectContext,
    stored: McpServer,
    changes: ServerChanges,
    by: CurrentUser,
  ): Promise<McpServer> {
    for (let known = stored; ; known = await this.find(project.id, stored.id)) {
      const to = await this.changed(project, known, changes);
      const reconnects = !isReachedAlike(known, to);
      const saved = await this.writer.change(known, by, (current) =>
        isDecidedAlike(current, known) ? { to, type: 'server.updated', reconnects } : undefined,
      );
      if (saved && reconnects) await this.lifecycle.reconnected(saved, 'its registration was changed');
      if (saved) return saved;
    }
  }

  /** Without `enabled`, it is switched over from how it was seen. */
  toggle(project: ProjectContext, seen: McpServer, by: CurrentUser, enabled = !seen.enabled): Promise<McpServer> {
    const type = enabled ? 'server.enabled' : 'server.disabled';
    return this.reconnect(project, seen, by, enabled ? 'it was switched on' : 'it was switched off', (current) =>
      current.enabled === enabled ? undefined : { to: withEnabled(current, enabled), type, reconnects: true },
    );
  }

  restart(project: ProjectContext, stored: McpServer, by: CurrentUser): Promise<McpServer> {
    return this.reconnect(project, stored, by, 'it was restarted by hand', (current) => ({
      to: current,
      type: 'server.restarted',
      reconnects: true,
    }));
  }

  async remove(project: ProjectContext, stored: McpServer, by: CurrentUser): Promise<void> {
    const gone = await this.writer.remove(stored, by, (current) => this.registrar.demandChange(project, current));
    await this.lifecycle.reconnected(withEnabled(gone, false), 'it was deleted');
  }

  private async changed(project: ProjectContext, stored: McpServer, changes: ServerChanges): Promise<McpServer> {
    const given = withChanges(registrationOf(stored), changes);
    const draft = await this.registrar.prepare(project, given, stored.id, stored);
    if (given.name.toLowerCase() !== stored.name.toLowerCase()) await this.demandFree(project.id, [given]);
    return draft;
  }

  private async reconnect(
    project: ProjectContext,
    stored: McpServer,
    by: CurrentUser,
    reason: string,
    decide: (current: McpServer) => Decision | undefined,
  ): Promise<McpServer> {
    const saved = await this.writer.change(stored, by, (current) => {
      this.registrar.demandChange(project, current);
      return decide(current);
    });
    if (saved) await this.lifecycle.reconnected(saved, reason);
    return saved ?? this.find(project.id, stored.id);
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

function withEnabled(server: McpServer, enabled: boolean): McpServer {
  return Object.assign(new McpServer(), server, { enabled });
}
