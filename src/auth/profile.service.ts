import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { Conflict } from '../shared/errors/index.js';
import { Transactions } from '../shared/events/index.js';
import { lockAdministrators } from './administrators.js';
import type { CurrentUser } from './current-user.js';
import { Departures } from './departures.js';
import { hashPassword } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

const LAST_ADMINISTRATOR = 'You are the last administrator: the account can be deleted once there is another one.';

/** What people do with their own account. The password was confirmed where one is needed. */
@Injectable()
export class ProfileService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    private readonly departures: Departures,
  ) {}

  async rename(id: string, name: string): Promise<void> {
    await this.users.update({ id }, { name });
  }

  /** Signs out every other session, because one of them may be why the password is changed. */
  async changePassword(user: CurrentUser, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.users.manager.transaction(async (manager) => {
      await manager.update(User, { id: user.id }, { passwordHash });
      await this.sessions.endOthers(user, manager);
    });
  }

  /** Why the account cannot be deleted now, as a sentence. */
  whyKept(id: string): Promise<string | undefined> {
    return this.users.manager.transaction((manager) => this.objection(manager, id));
  }

  /** @throws Conflict when nobody would be left to run the instance, or when another module objects. */
  async remove(id: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      await lockAdministrators(manager);
      const objection = await this.objection(manager, id);
      if (objection !== undefined) throw new Conflict(objection);
      await manager.delete(User, { id });
      transaction.changed({ topic: 'users', projectId: null, id });
    });
  }

  private async objection(manager: EntityManager, id: string): Promise<string | undefined> {
    const [first, second] = await manager.find(User, { where: { isAdmin: true, isActive: true }, take: 2 });
    if (first?.id === id && !second) return LAST_ADMINISTRATOR;
    return this.departures.objection(manager, id);
  }
}
