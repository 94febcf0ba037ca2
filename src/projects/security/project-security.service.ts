import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CurrentUser } from '../../auth/index.js';
import { Invalid, NotFound } from '../../shared/errors/index.js';
import { changesOf, Transactions } from '../../shared/events/index.js';
import { Networks } from '../../shared/http/index.js';
import { Project } from '../project.entity.js';
import type { SecurityForm } from './security.form.js';

/** Who may use the endpoints of a project, from where and how much; the gateway enforces it. */
@Injectable()
export class ProjectSecurity {
  constructor(
    @InjectRepository(Project) private readonly projects: Repository<Project>,
    private readonly transactions: Transactions,
  ) {}

  /** @throws NotFound */
  async of(id: string): Promise<Project> {
    return found(await this.projects.findOneBy({ id }));
  }

  /** @throws Invalid when the new ranges leave out the person who gives them, unless that is accepted. */
  change(id: string, { acceptLockout, ...given }: SecurityForm, by: CurrentUser): Promise<Project> {
    const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const where = { id };
      const project = found(await manager.findOne(Project, { where, lock: { mode: 'pessimistic_write' } }));
      const changes = changesOf<Project>(project, settings);
      if (changes.length === 0) return project;
      const narrows = changes.some(({ field }) => field === 'allowedIpRanges');
      if (narrows && !acceptLockout) demandInside(by, given.allowedIpRanges ?? []);
      const saved = await manager.save(Object.assign(project, settings));
      transaction.changed({ topic: 'projects', projectId: id });
      const object = { type: 'project', id, name: saved.name } as const;
      await transaction.did({ type: 'project.updated', by, projectId: id, teamId: null, object, changes });
      return saved;
    });
  }
}

function found(project: Project | null): Project {
  if (!project) throw new NotFound('project');
  return project;
}

function demandInside({ ip }: CurrentUser, ranges: readonly string[]): void {
  if (ranges.length === 0 || ip === null || new Networks(ranges).includes(ip)) return;
  throw new Invalid({
    allowedIpRanges: `These leave out ${ip}, the address you ask from: add it, or accept that MCP clients at it are refused.`,
  });
}
