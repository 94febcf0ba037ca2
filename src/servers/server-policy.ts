import { Inject, Injectable } from '@nestjs/common';
import type { ProjectContext } from '../projects/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { Forbidden } from '../shared/errors/index.js';
import type { Transport } from './server.entity.js';

const WHO = {
  admin: 'an administrator of this instance',
  owner: 'an Owner of this project',
  developer: 'a Developer of this project',
};

/** Who may add or change servers. A stdio server runs a program on this host, so the operator decides (STDIO_POLICY). */
@Injectable()
export class ServerPolicy {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  mayChange(project: ProjectContext, transport: Transport): boolean {
    if (!project.can('servers.write')) return false;
    if (transport !== 'stdio') return true;
    const { stdioPolicy } = this.config;
    if (stdioPolicy === 'developer') return true;
    return stdioPolicy === 'owner' ? project.role === 'Owner' : project.isAdmin;
  }

  /** @throws Forbidden that says whom to ask. */
  demandChange(project: ProjectContext, transport: Transport): void {
    project.demand('Developer');
    const refusal = this.refusal(project, transport);
    if (refusal !== undefined) throw new Forbidden(refusal);
  }

  /** Why a Developer may not have such a server, and whom to ask. */
  refusal(project: ProjectContext, transport: Transport): string | undefined {
    if (this.mayChange(project, transport)) return undefined;
    const who = WHO[this.config.stdioPolicy];
    return `A stdio server runs a command on this host, so only ${who} may add, change or try one: ask one of them.`;
  }
}
