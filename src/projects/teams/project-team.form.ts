import { ApiProperty } from '@nestjs/swagger';
import { OneRole, Text, Trim } from '../../shared/form-fields.js';
import type { Role } from '../project-role.js';

export const CHOOSE_TEAM = 'Choose a team that you are in.';

export class InviteTeamForm {
  @ApiProperty({ description: "The team's id or slug." })
  @Trim()
  @Text(1, 63, CHOOSE_TEAM)
  teamId!: string;

  @OneRole()
  role!: Role;
}

export class ChangeInvitedTeamForm {
  @OneRole()
  role!: Role;
}
