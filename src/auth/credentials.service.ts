import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Invalid } from '../shared/errors/index.js';
import { AccountSwitchedOff, TooManyGuesses, WrongCredentials } from './auth.errors.js';
import { GuessLimits, type Rate } from './guess-limits.js';
import { verifyPassword } from './passwords.js';
import { User } from './user.entity.js';

/**
 * At most 10 guesses in 15 minutes from the addresses an account signed in from lately, and 10 from all others together:
 * 20 an account (Security S18), and strangers who use theirs up do not keep its owner out.
 */
const PER_ACCOUNT: Rate = { atOnce: 5, everySeconds: 180 };
const PER_ADDRESS: Rate = { atOnce: 10, everySeconds: 6 };

type Bucket = readonly [name: string, rate: Rate];

interface Found {
  readonly user: User | null;
  readonly isKnownAddress: boolean;
}

/** Checks passwords, at a bounded rate. Right ones are not counted. */
@Injectable()
export class CredentialsService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly limits: GuessLimits,
  ) {}

  /** @throws WrongCredentials, TooManyGuesses or AccountSwitchedOff. */
  async check(email: string, password: string, ip: string | null): Promise<User> {
    const { user, isKnownAddress } = await this.find(email, ip);
    const account = `account ${user?.id ?? email.toLowerCase()} ${isKnownAddress ? 'known' : 'other'}`;
    const buckets: Bucket[] = [[account, PER_ACCOUNT]];
    // Whoever shares an address with a guesser, and was here before, is not kept out by what the guesser does to others.
    if (!isKnownAddress) buckets.unshift([`address ${ip ?? 'unknown'}`, PER_ADDRESS]);
    const isRight = await this.guess('password', buckets, () => verifyPassword(password, user?.passwordHash));
    if (!user || !isRight) throw new WrongCredentials();
    if (!user.isActive) throw new AccountSwitchedOff();
    return user;
  }

  /** Asks somebody who is signed in for the password again. @throws Invalid naming `field`, or TooManyGuesses. */
  async confirm(userId: string, password: string, field: string): Promise<void> {
    const { passwordHash } = await this.users.findOneOrFail({ where: { id: userId }, select: { passwordHash: true } });
    const buckets: Bucket[] = [[`account ${userId} known`, PER_ACCOUNT]];
    const isRight = await this.guess(field, buckets, () => verifyPassword(password, passwordHash));
    if (!isRight) throw new Invalid({ [field]: 'This is not your current password.' });
  }

  /** One query whoever is asked for, so that the time taken tells nothing. */
  private async find(email: string, ip: string | null): Promise<Found> {
    const { entities, raw } = await this.users
      .createQueryBuilder('account')
      .addSelect('account.passwordHash')
      .addSelect(
        `EXISTS (SELECT FROM user_sessions s
          WHERE s.user_id = account.id AND s.ip = :ip::inet AND s.created_at > now() - interval '30 days')`,
        'is_known_address',
      )
      .where('lower(account.email) = lower(:email)', { email, ip })
      .getRawAndEntities<{ is_known_address: boolean }>();
    return { user: entities[0] ?? null, isKnownAddress: raw[0]?.is_known_address ?? false };
  }

  private async guess(field: string, buckets: readonly Bucket[], verify: () => Promise<boolean>): Promise<boolean> {
    for (const [bucket, rate] of buckets) {
      const wait = await this.limits.take(bucket, rate);
      if (wait > 0) throw new TooManyGuesses(wait, field);
    }
    const isRight = await verify();
    if (isRight) {
      for (const [bucket, rate] of buckets) await this.limits.giveBack(bucket, rate);
      await this.limits.forgetEmptyBuckets();
    }
    return isRight;
  }
}
