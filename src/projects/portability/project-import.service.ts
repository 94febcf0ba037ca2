import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../../auth/index.js';
import { AppError, Invalid } from '../../shared/errors/index.js';
import { validation } from '../../shared/html/index.js';
import { jsonDepth, MAX_DEPTH } from '../../shared/http/index.js';
import { ProjectContext } from '../project-context.js';
import type { Project } from '../project.entity.js';
import { ProjectsService } from '../projects.service.js';
import { PortableServers } from './portable-servers.js';
import { ProjectDocument } from './project-import.form.js';

interface Imported {
  readonly project: Project;
  readonly servers: readonly string[];
}

/** Makes a new project of an export; secrets are not in it, so servers that need some wait for them. */
@Injectable()
export class ProjectImporter {
  private readonly pipe = validation();

  constructor(
    private readonly projects: ProjectsService,
    private readonly servers: PortableServers,
  ) {}

  /**
   * All of it or nothing. `body` is the export, or carries it as pasted `text`.
   * @throws Invalid, Forbidden; for pasted text with the field `text` alone
   */
  async import(body: unknown, by: CurrentUser): Promise<Imported> {
    const pasted = (body as { text?: unknown } | null)?.text;
    if (typeof pasted !== 'string') return this.run(body, by);
    const document = parsed(pasted);
    try {
      return await this.run(document, by);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const sentences = Object.entries(error.fields ?? {}).map(([field, fault]) => `${field}: ${fault}`);
      throw new AppError(error.code, error.status, error.message, { text: sentences.join(' ') || error.message });
    }
  }

  private async run(given: unknown, by: CurrentUser): Promise<Imported> {
    const form = (await this.pipe.transform(given, { type: 'body', metatype: ProjectDocument })) as ProjectDocument;
    const carry = await this.servers.plan(contextOf(form.project, by), form.servers);
    const project = await this.projects.createFrom(form.project, by);
    try {
      const added = await carry(contextOf(project, by), by);
      return { project, servers: added.map(({ name }) => name) };
    } catch (error) {
      await this.projects.delete(project, by);
      throw error;
    }
  }
}

function parsed(text: string): unknown {
  // What reads it next goes into every level.
  if (jsonDepth(Buffer.from(text)) > MAX_DEPTH) {
    throw new Invalid({ text: `This nests deeper than ${MAX_DEPTH} levels: it is not the file that the export made.` });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid({ text: 'This is not JSON: paste the whole file that the export made.' });
  }
}

/** As the Owner of it sees it. */
function contextOf(project: Pick<Project, 'name'> & Partial<Project>, { isAdmin }: CurrentUser): ProjectContext {
  const { id = randomUUID(), slug = '', name, description = '', unifiedEnabled = true, callTimeoutMs = null } = project;
  return new ProjectContext({ id, slug, name, description, unifiedEnabled, callTimeoutMs, role: 'Owner', isAdmin });
}
