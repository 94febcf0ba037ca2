import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Invalid, NotFound } from '../shared/errors/index.js';
import { Changes } from '../shared/events/index.js';
import { ProjectMember } from './project-member.entity.js';
import { slugsFrom } from './project-slug.js';
import { Project, SLUG_TAKEN } from './project.entity.js';
import type { ChangeProjectForm, CreateProjectForm } from './project.form.js';

/** Makes, changes and deletes projects. */
@Injectable()
export class ProjectsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: Changes,
  ) {}

  /** The creator becomes Owner. */
  async create(form: CreateProjectForm, creator: CurrentUser): Promise<Project> {
    const project = form.slug
      ? await this.insert(form, form.slug, creator)
      : await this.insertUnderFreeSlug(form, creator);
    if (!project) throw slugTaken(form.slug ?? '');
    await this.changes.publish({ topic: 'projects', projectId: project.id });
    return project;
  }

  async change(id: string, form: ChangeProjectForm): Promise<Project> {
    const project = await this.dataSource.getRepository(Project).findOneBy({ id });
    if (!project) throw new NotFound('project');
    Object.assign(project, form);
    const saved = await unlessTaken(() => this.dataSource.getRepository(Project).save(project));
    if (!saved) throw slugTaken(project.slug);
    await this.changes.publish({ topic: 'projects', projectId: id });
    return saved;
  }

  /** Takes everything that belongs to it along: members, keys, servers, logs. */
  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(Project).delete({ id });
    await this.changes.publish({ topic: 'projects', projectId: id });
  }

  private async insertUnderFreeSlug(form: CreateProjectForm, creator: CurrentUser): Promise<Project> {
    const slugs = slugsFrom(form.name);
    for (;;) {
      const project = await this.insert(form, slugs.next().value, creator);
      if (project) return project;
    }
  }

  /** `undefined`: the slug is taken. */
  private insert(form: CreateProjectForm, slug: string, creator: CurrentUser): Promise<Project | undefined> {
    const { name, description = '' } = form;
    return unlessTaken(() =>
      this.dataSource.transaction(async (manager) => {
        const project = await manager.save(manager.create(Project, { name, description, slug }));
        await manager.insert(ProjectMember, { projectId: project.id, userId: creator.id, role: 'Owner' });
        return project;
      }),
    );
  }
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
