import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from '../shared/roles.js';
import type { TeamContext } from './team-context.js';

export const NEEDS_TEAM_ROLE = 'needs-team-role';

/** The least role in the team that may use this handler; without it everybody who sees the team may. */
export const NeedsTeamRole = (role: Role) => SetMetadata(NEEDS_TEAM_ROLE, role);

/** The team of the route's `:team`, as its guard found it. */
export const InTeam = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().team as TeamContext,
);
