import { Injectable } from '@nestjs/common';
import type { ProjectContext } from '../project-context.js';
import { allClientConfigs, type ClientConfig } from './client-config.js';
import { type Endpoint, Endpoints } from './endpoints.service.js';

/** Configurations that hold a key, for the one page that may show it. */
@Injectable()
export class FilledConfigs {
  constructor(private readonly endpoints: Endpoints) {}

  /** The wished client comes first; an endpoint that is no more gives way to the first there is. */
  async withKey(
    project: ProjectContext,
    key: string,
    wished: { readonly client?: string; readonly endpoint?: string },
  ): Promise<{ chosen: Endpoint; config: ClientConfig | undefined; others: ClientConfig[] }> {
    const known = (await this.endpoints.list(project)).some(({ endpoint }) => endpoint === wished.endpoint);
    const chosen = await this.endpoints.find(project, known ? wished.endpoint : undefined);
    const all = allClientConfigs({ ...chosen, key });
    const config = all.find(({ client }) => client === wished.client) ?? all[0];
    return { chosen, config, others: all.filter((other) => other !== config) };
  }
}
