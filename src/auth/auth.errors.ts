import { AppError, Forbidden, Invalid } from '../shared/errors/index.js';

/** The same for an account that does not exist as for a wrong password. */
export class WrongCredentials extends AppError {
  constructor() {
    super('wrong_credentials', 401, 'Email or password is wrong.', { password: 'Email or password is wrong.' });
  }
}

/** Told only to who knew the password. */
export class AccountSwitchedOff extends Forbidden {
  constructor() {
    super('This account is switched off. Ask an administrator of this instance to switch it on.');
  }
}

export class TooManyGuesses extends AppError {
  constructor(
    readonly retryAfterSeconds: number,
    field: string,
  ) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    const wait = retryAfterSeconds < 60 ? `${retryAfterSeconds} seconds` : `${minutes} minute${minutes > 1 ? 's' : ''}`;
    const message = `Too many attempts. Wait ${wait}, then try again.`;
    super('too_many_requests', 429, message, { [field]: message });
  }
}

export class EmailTaken extends Invalid {
  constructor() {
    super({ email: 'There is an account with this email address already: sign in instead.' });
  }
}

export class SignUpRefused extends Forbidden {
  constructor(signup: 'invited' | 'closed') {
    super(
      signup === 'invited'
        ? 'Sign-up is by invitation only: ask an administrator of this instance to invite you.'
        : 'Sign-up is closed on this instance: ask an administrator for an account.',
    );
  }
}
