import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { currentUser } from '../auth/index.js';
import { Unauthorized } from '../shared/errors/index.js';
import type { Role } from '../shared/roles.js';
import { TeamAccess } from './team-access.service.js';
import { NEEDS_TEAM_ROLE } from './team.decorators.js';

/** Acts on every route under `/teams/:team`; a team named within a project is the project's business. */
@Injectable()
export class TeamGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: TeamAccess,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const { team: named, project } = request.params;
    if (typeof named !== 'string' || project !== undefined) return true;
    const user = currentUser(request);
    if (!user) throw new Unauthorized();
    const team = await this.access.enter(named, user);
    request.team = team;
    const needed = this.reflector.getAllAndOverride<Role | undefined>(NEEDS_TEAM_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed) team.demand(needed);
    return true;
  }
}
