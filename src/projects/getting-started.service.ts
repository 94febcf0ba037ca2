import { Injectable } from '@nestjs/common';
import { ApiKeysService, type KeyUse } from './api-keys/api-keys.service.js';
import type { ProjectContext } from './project-context.js';
import { ProjectFacts } from './project-facts.js';

export interface Step {
  readonly done: boolean;
  readonly title: string;
  readonly text: string;
  /** `undefined`: the asker's role may not do it. */
  readonly href: string | undefined;
  readonly action: string;
}

/** The way from an empty project to the first recorded call. */
@Injectable()
export class GettingStarted {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly facts: ProjectFacts,
  ) {}

  async of(project: ProjectContext): Promise<{ steps: Step[]; complete: boolean }> {
    const { id } = project;
    const [facts, hasKey, use] = await Promise.all([this.facts.ofOne(id), this.keys.any(id), this.keys.lastUse(id)]);
    const steps = [
      addServer(project, facts.servers > 0),
      createKey(project, hasKey),
      connectClient(project, use),
      firstCall(project, facts.lastCallAt !== null),
    ];
    return { steps, complete: steps.every(({ done }) => done) };
  }
}

function addServer(project: ProjectContext, done: boolean): Step {
  return {
    done,
    title: 'Add a server',
    text: 'Paste the configuration you have, or fill in a form.',
    href: project.can('servers.write') ? `/projects/${project.slug}/servers/new` : undefined,
    action: 'Add server',
  };
}

function createKey(project: ProjectContext, done: boolean): Step {
  return {
    done,
    title: 'Create an API key',
    text: 'Clients show it with every request.',
    href: project.can('keys.write') ? `/projects/${project.slug}/api-keys/new` : undefined,
    action: 'Create key',
  };
}

function connectClient({ slug }: ProjectContext, use: KeyUse | null): Step {
  return {
    done: use !== null,
    title: 'Connect a client',
    text: use?.client ? `${use.client} is connected.` : 'Copy a configuration for Cline, Cursor, VS Code or Claude.',
    href: `/projects/${slug}/connect`,
    action: 'Connect',
  };
}

function firstCall({ slug }: ProjectContext, done: boolean): Step {
  return {
    done,
    title: 'Make the first call',
    text: 'Ask your client to use a tool: the call appears in the log.',
    href: `/projects/${slug}/tool-call-logs`,
    action: 'Open the log',
  };
}
