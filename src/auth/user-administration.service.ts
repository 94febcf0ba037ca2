import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, IsNull, type Repository } from 'typeorm';
import { containing } from '../shared/database/index.js';
import { Conflict, NotFound } from '../shared/errors/index.js';
import { type Deed, Transactions } from '../shared/events/index.js';
import { ListCursor } from '../shared/list-cursor.js';
import { lockAdministrators } from './administrators.js';
import type { CurrentUser } from './current-user.js';
import { UserSession } from './user-session.entity.js';
import { User } from './user.entity.js';
import { type UserView, userView } from './user.view.js';

export interface UsersAsked {
  readonly q?: string | undefined;
  readonly state?: 'active' | 'disabled' | 'admin' | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What is to be different about a user. */
export interface UserChange {
  readonly isActive?: boolean | undefined;
  readonly isAdmin?: boolean | undefined;
}

/** What administrators do with the accounts of others. */
@Injectable()
export class UserAdministration {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly transactions: Transactions,
  ) {}

  /** By name. */
  async find({ q, state, cursor, limit }: UsersAsked): Promise<{ items: UserView[]; nextCursor: string | null }> {
    const query = this.users
      .createQueryBuilder('person')
      .orderBy('lower(person.name)')
      .addOrderBy('person.id')
      .limit(limit + 1);
    if (state === 'admin') query.andWhere('person.isAdmin');
    else if (state) query.andWhere('person.isActive = :active', { active: state === 'active' });
    if (q) query.andWhere('(person.name ILIKE :q OR person.email ILIKE :q)', { q: containing(q) });
    if (cursor) query.andWhere('(lower(person.name), person.id) > (lower(:name), :id)', ListCursor.read(cursor));
    const found = await query.getMany();
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items.map(userView), nextCursor: last ? ListCursor.write(last) : null };
  }

  /**
   * Who is switched off is signed out at once, and so are the keys they made.
   * @throws Conflict about oneself: so an administrator is always left.
   */
  async change(id: string, wanted: UserChange, by: CurrentUser): Promise<UserView> {
    if (id === by.id) throw new Conflict('This is your own account: ask another administrator to change it.');
    return this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      await lockAdministrators(manager);
      await demandAdministrator(manager, by);
      const user = isUUID(id) ? await manager.findOneBy(User, { id }) : null;
      if (!user) throw new NotFound('user');
      for (const [type, change] of deedsOf(user, wanted)) {
        await manager.update(User, { id }, change);
        const object = { type: 'user', id, name: user.name } as const;
        await transaction.did({ type, by, projectId: null, teamId: null, object });
      }
      if (wanted.isActive === false)
        await manager.update(UserSession, { userId: id, revokedAt: IsNull() }, { revokedAt: new Date() });
      transaction.changed({ topic: 'users', projectId: null, id });
      return userView(await manager.findOneByOrFail(User, { id }));
    });
  }
}

/** Of two administrators who take each other's rights at once, the second has lost theirs. */
async function demandAdministrator(manager: EntityManager, { id }: CurrentUser): Promise<void> {
  if (await manager.existsBy(User, { id, isAdmin: true, isActive: true })) return;
  throw new Conflict('You are no administrator any more.');
}

function deedsOf(user: User, { isActive, isAdmin }: UserChange): [Deed['type'], UserChange][] {
  const deeds: [Deed['type'], UserChange][] = [];
  if (isActive !== undefined && isActive !== user.isActive)
    deeds.push([isActive ? 'user.enabled' : 'user.disabled', { isActive }]);
  if (isAdmin !== undefined && isAdmin !== user.isAdmin)
    deeds.push([isAdmin ? 'user.made_admin' : 'user.unmade_admin', { isAdmin }]);
  return deeds;
}
