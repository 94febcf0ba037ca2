import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Conflict } from '../shared/errors/index.js';
import { changesOf, Transactions } from '../shared/events/index.js';
import { lockAdministrators } from './administrators.js';
import type { CurrentUser } from './current-user.js';
import { Departures } from './departures.js';
import { tellOfAccount } from './own-account.js';
import { hashPassword } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

const LAST_ADMINISTRATOR = 'You are the last administrator: the account can be deleted once there is another one.';

/** What people do with their own account. The password was confirmed where one is needed. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    private readonly departures: Departures,
  ) {}

  async rename({ id, ip }: CurrentUser, name: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const user = await manager.findOneOrFail(User, { where: { id }, lock: { mode: 'pessimistic_write' } });
      const changes = changesOf(user, { name });
      if (changes.length === 0) return;
      await manager.update(User, { id }, { name });
      await tellOfAccount(transaction, 'user.renamed', { id, name, ip }, changes);
    });
  }

  /** Signs out every other session, because one of them may be why the password is changed. */
  async changePassword(user: CurrentUser, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.transactions.run(async (transaction) => {
      await transaction.manager.update(User, { id: user.id }, { passwordHash });
      await this.sessions.endOthers(user, transaction.manager);
      await tellOfAccount(transaction, 'user.password_changed', user);
    });
  }

  /** Why the account cannot be deleted now, as a sentence. */
  whyKept(id: string): Promise<string | undefined> {
    return this.transactions.run(({ manager }) => this.objection(manager, id));
  }

  /** @throws Conflict when nobody would be left to run the instance, or when another module objects. */
  async remove(user: CurrentUser): Promise<void> {
    const { id } = user;
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      await lockAdministrators(manager);
      const objection = await this.objection(manager, id);
      if (objection !== undefined) throw new Conflict(objection);
      await manager.delete(User, { id });
      transaction.changed({ topic: 'users', projectId: null, id });
      await tellOfAccount(transaction, 'user.deleted', user);
    });
  }

  private async objection(manager: EntityManager, id: string): Promise<string | undefined> {
    const [first, second] = await manager.find(User, { where: { isAdmin: true, isActive: true }, take: 2 });
    if (first?.id === id && !second) return LAST_ADMINISTRATOR;
    return this.departures.objection(manager, id);
  }
}
