import { ApiProperty } from '@nestjs/swagger';
import { OneRole, Text, Trim } from '../shared/form-fields.js';
import type { Role } from '../shared/roles.js';

export class AddTeamMemberForm {
  @ApiProperty({ format: 'email', description: 'Of somebody who has signed up.', example: 'ada@example.com' })
  @Trim()
  @Text(1, 254, 'Give the email address of somebody who has signed up.')
  email!: string;

  @OneRole()
  role!: Role;
}

export class ChangeTeamMemberForm {
  @OneRole()
  role!: Role;
}
