import { KnownPassword, NewPassword, PersonName } from './fields.js';

export class ProfileForm {
  @PersonName()
  name!: string;
}

export class PasswordForm {
  @KnownPassword()
  currentPassword!: string;

  @NewPassword()
  newPassword!: string;
}

export class DeleteProfileForm {
  @KnownPassword()
  password!: string;
}
