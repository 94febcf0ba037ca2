import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Invalid, NotFound } from '../shared/errors/index.js';
import { changesOf, type Deed, type FieldChange, type Transaction, Transactions } from '../shared/events/index.js';
import { slugsFrom } from '../shared/slug.js';
import { ProjectMember } from './project-member.entity.js';
import { Project, SLUG_TAKEN } from './project.entity.js';
import type { ChangeProjectForm, CreateProjectForm } from './project.form.js';

/** A project that is not there yet. */
type Draft = Pick<Project, 'name'> & Partial<Omit<Project, 'id' | 'createdAt' | 'updatedAt'>>;

/** Makes, changes and deletes projects. */
@Injectable()
export class ProjectsService {
  constructor(private readonly transactions: Transactions) {}

  /** The creator becomes Owner. */
  async create(form: CreateProjectForm, creator: CurrentUser): Promise<Project> {
    const project = form.slug
      ? await this.insert(form, form.slug, creator)
      : await this.insertUnderFreeSlug(form, creator);
    if (!project) throw slugTaken(form.slug ?? '');
    return project;
  }

  /** Under its slug, or where that is taken under one made from its name. */
  async createFrom({ slug, ...draft }: Draft, creator: CurrentUser): Promise<Project> {
    const project = slug ? await this.insert(draft, slug, creator) : undefined;
    return project ?? this.insertUnderFreeSlug(draft, creator);
  }

  async change(id: string, form: ChangeProjectForm, by: CurrentUser): Promise<Project> {
    const saved = await unlessTaken(() =>
      this.transactions.run(async (transaction) => {
        const { manager } = transaction;
        const project = await manager.findOne(Project, { where: { id }, lock: { mode: 'pessimistic_write' } });
        if (!project) throw new NotFound('project');
        const changes = changesOf(project, form);
        manager.merge(Project, project, form);
        const saved = await manager.save(project);
        if (changes.length > 0) await tell(transaction, 'project.updated', saved, by, changes);
        return saved;
      }),
    );
    if (!saved) throw slugTaken(form.slug ?? '');
    return saved;
  }

  /** Takes everything that belongs to it along: members, keys, servers, logs. */
  async delete({ id, name }: Pick<Project, 'id' | 'name'>, by: CurrentUser): Promise<void> {
    await this.transactions.run(async (transaction) => {
      await transaction.manager.delete(Project, { id });
      await tell(transaction, 'project.deleted', { id, name }, by);
    });
  }

  private async insertUnderFreeSlug(form: Draft, creator: CurrentUser): Promise<Project> {
    const slugs = slugsFrom(form.name, 'project');
    for (;;) {
      const project = await this.insert(form, slugs.next().value, creator);
      if (project) return project;
    }
  }

  /** `undefined`: the slug is taken. */
  private insert(form: Draft, slug: string, creator: CurrentUser): Promise<Project | undefined> {
    const { description = '', ...settings } = form;
    return unlessTaken(() =>
      this.transactions.run(async (transaction) => {
        const { manager } = transaction;
        const project = await manager.save(manager.create(Project, { ...settings, description, slug }));
        await manager.insert(ProjectMember, { projectId: project.id, userId: creator.id, role: 'Owner' });
        await tell(transaction, 'project.created', project, creator);
        return project;
      }),
    );
  }
}

function tell(
  transaction: Transaction,
  type: Deed['type'],
  { id, name }: Pick<Project, 'id' | 'name'>,
  by: CurrentUser,
  changes?: readonly FieldChange[],
): Promise<void> {
  transaction.changed({ topic: 'projects', projectId: id });
  return transaction.did({ type, by, projectId: id, teamId: null, object: { type: 'project', id, name }, changes });
}

async function unlessTaken<Result>(save: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await save();
  } catch (error) {
    if (isUniqueViolation(error, SLUG_TAKEN)) return undefined;
    throw error;
  }
}

function slugTaken(slug: string): Invalid {
  return new Invalid({ slug: `Choose another slug: "${slug}" is taken.` });
}
