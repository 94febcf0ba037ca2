import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { KnownEmail, KnownPassword, NewEmail, NewPassword, PersonName } from './fields.js';

class WithNext {
  @ApiPropertyOptional({ description: 'The path a browser goes to afterwards.' })
  @IsOptional()
  @IsString({ message: 'Name one path to go to.' })
  next?: string;
}

export class SignUpForm extends WithNext {
  @PersonName()
  name!: string;

  @NewEmail()
  email!: string;

  @NewPassword()
  password!: string;

  @ApiPropertyOptional({ description: 'Of a link to an invitation: joins its project at once.' })
  @IsOptional()
  @IsString({ message: 'Give the token of one invitation.' })
  invitationToken?: string;
}

export class LoginForm extends WithNext {
  @KnownEmail()
  email!: string;

  @KnownPassword()
  password!: string;
}
