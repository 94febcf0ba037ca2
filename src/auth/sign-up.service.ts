import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { CONFIG, type Config } from '../shared/config/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Transactions } from '../shared/events/index.js';
import { lockAdministrators } from './administrators.js';
import { EmailTaken, SignUpRefused } from './auth.errors.js';
import { Invited } from './invited.js';
import { tellOfAccount } from './own-account.js';
import { hashPassword } from './passwords.js';
import { EMAIL_IS_TAKEN, User } from './user.entity.js';

interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Of an invitation that the person holds. */
  readonly invitationToken?: string | undefined;
}

/** Who may sign up now, as a page needs to know it. */
export interface SignUpState {
  /** Nobody is here yet: whoever signs up now is to run the instance. */
  readonly firstRun: boolean;
  readonly signup: Config['signup'];
  /** Somebody may. */
  readonly open: boolean;
}

@Injectable()
export class SignUpService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    @Inject(CONFIG) private readonly config: Config,
    private readonly invited: Invited,
    private readonly transactions: Transactions,
  ) {}

  /** @param invitationToken lets somebody in who could not sign up without. */
  async state(invitationToken?: string): Promise<SignUpState> {
    const { signup, initialAdminEmail } = this.config;
    const firstRun = !(await this.users.exists());
    const adminMissing =
      firstRun || (initialAdminEmail !== undefined && !(await this.users.existsBy({ isAdmin: true })));
    return { firstRun, signup, open: signup === 'open' || adminMissing || (await this.isInvited(invitationToken)) };
  }

  /**
   * Who holds an invitation is in its project when this returns.
   * @throws EmailTaken or SignUpRefused.
   */
  async signUp({ name, email, password, invitationToken }: NewUser, ip: string | null): Promise<User> {
    const { open, signup } = await this.state(invitationToken);
    if (!open) throw new SignUpRefused(signup === 'open' ? 'closed' : signup);
    const passwordHash = await hashPassword(password);
    const isInvited = await this.isInvited(invitationToken);
    return this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      await lockAdministrators(manager);
      const isAdmin = await this.isAdministrator(email, manager);
      if (!isAdmin && !isInvited && signup !== 'open') throw new SignUpRefused(signup);
      const user = await this.create({ name, email, passwordHash, isAdmin }, manager);
      await tellOfAccount(transaction, 'user.signed_up', { id: user.id, name, ip });
      if (invitationToken && isInvited)
        await this.invited.accept(transaction, invitationToken, { id: user.id, name, ip });
      return user;
    });
  }

  private isInvited(token: string | undefined): Promise<boolean> {
    return this.config.signup === 'closed' ? Promise.resolve(false) : this.invited.isValid(token);
  }

  /** INITIAL_ADMIN_EMAIL names who administers; without it, that is who comes first. */
  private async isAdministrator(email: string, manager: EntityManager): Promise<boolean> {
    const { initialAdminEmail } = this.config;
    if (initialAdminEmail === undefined) return !(await manager.exists(User));
    return email.toLowerCase() === initialAdminEmail && !(await manager.existsBy(User, { isAdmin: true }));
  }

  private async create(user: Partial<User>, manager: EntityManager): Promise<User> {
    try {
      return await manager.save(User, user as User);
    } catch (error) {
      throw isUniqueViolation(error, EMAIL_IS_TAKEN) ? new EmailTaken() : error;
    }
  }
}
