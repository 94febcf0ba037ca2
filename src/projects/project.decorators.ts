import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { ProjectContext } from './project-context.js';
import type { Role } from './project-role.js';

export const NEEDS_ROLE = 'needs-role';

/** The least role in the project that may use this handler; without it everybody who sees the project may. */
export const NeedsRole = (role: Role) => SetMetadata(NEEDS_ROLE, role);

/** The project of the route's `:project`, as its guard found it. */
export const InProject = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().project as ProjectContext,
);
