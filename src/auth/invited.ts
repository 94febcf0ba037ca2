import { Injectable } from '@nestjs/common';
import type { Actor, Transaction } from '../shared/events/index.js';

/** Invitations as sign-up needs them. */
export interface InvitationDesk {
  isValid(token: string): Promise<boolean>;
  /** @throws NotFound when it has been used or revoked meanwhile. */
  accept(transaction: Transaction, token: string, user: Actor): Promise<void>;
}

/** Lets the module that owns invitations, which `auth` may not import, take part in sign-up; it registers when it starts. */
@Injectable()
export class Invited {
  private desk: InvitationDesk | undefined;

  register(desk: InvitationDesk): void {
    this.desk = desk;
  }

  async isValid(token: string | undefined): Promise<boolean> {
    return token !== undefined && ((await this.desk?.isValid(token)) ?? false);
  }

  async accept(transaction: Transaction, token: string, user: Actor): Promise<void> {
    await this.desk?.accept(transaction, token, user);
  }
}
