import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { currentUser } from '../auth/index.js';
import { Unauthorized } from '../shared/errors/index.js';
import { ProjectAccess } from './project-access.service.js';
import { NEEDS_ROLE } from './project.decorators.js';
import type { Role } from './project-role.js';

/** Acts on every route with `:project`: who may not see the project is told that there is none. */
@Injectable()
export class ProjectGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: ProjectAccess,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const named = request.params['project'];
    if (typeof named !== 'string') return true;
    const user = currentUser(request);
    if (!user) throw new Unauthorized();
    const project = await this.access.enter(named, user);
    request.project = project;
    const needed = this.reflector.getAllAndOverride<Role | undefined>(NEEDS_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed) project.demand(needed);
    return true;
  }
}
