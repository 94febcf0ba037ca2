import { Injectable } from '@nestjs/common';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { ProjectFacts } from './project-facts.js';

export interface Step {
  readonly done: boolean;
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly action: string;
}

/** The way from an empty project to the first recorded call. */
@Injectable()
export class GettingStarted {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly facts: ProjectFacts,
  ) {}

  async of({ id, slug }: { id: string; slug: string }): Promise<{ steps: Step[]; complete: boolean }> {
    const [facts, hasKey, use] = await Promise.all([this.facts.ofOne(id), this.keys.any(id), this.keys.lastUse(id)]);
    const steps = [
      {
        done: facts.servers > 0,
        title: 'Add a server',
        text: 'Paste the configuration you have, or fill in a form.',
        href: `/projects/${slug}/servers/new`,
        action: 'Add server',
      },
      {
        done: hasKey,
        title: 'Create an API key',
        text: 'Clients show it with every request.',
        href: `/projects/${slug}/api-keys/new`,
        action: 'Create key',
      },
      {
        done: use !== null,
        title: 'Connect a client',
        text: use?.client
          ? `${use.client} is connected.`
          : 'Copy a configuration for Cline, Cursor, VS Code or Claude.',
        href: `/projects/${slug}/connect`,
        action: 'Connect',
      },
      {
        done: facts.lastCallAt !== null,
        title: 'Make the first call',
        text: 'Ask your client to use a tool: the call appears in the log.',
        href: `/projects/${slug}/tool-call-logs`,
        action: 'Open the log',
      },
    ];
    return { steps, complete: steps.every(({ done }) => done) };
  }
}
