import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, LessThan, MoreThan, Not, type Repository } from 'typeorm';
import { WrongCredentials } from './auth.errors.js';
import type { CurrentUser } from './current-user.js';
import type { TokenPayload } from './session-token.js';
import { User } from './user.entity.js';
import { SESSION_HOURS, UserSession } from './user-session.entity.js';
import type { Visitor } from './visitors.js';

const MINUTE = 60_000;

/** Sessions begin at a sign-in and end by their age, at sign-out, or when password or account change. */
@Injectable()
export class SessionsService {
  constructor(
    @InjectRepository(UserSession) private readonly sessions: Repository<UserSession>,
    private readonly jwt: JwtService,
  ) {}

  /**
   * Answers the token that stands for the new session.
   * @throws WrongCredentials when the password or the account changed since it was checked.
   */
  async start(user: User, { ip, userAgent }: Visitor): Promise<string> {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + SESSION_HOURS * 60 * MINUTE);
    const { id } = await this.sessions.manager.transaction(async (manager) => {
      const asChecked = { id: user.id, passwordHash: user.passwordHash, isActive: true };
      const { affected } = await manager.update(User, asChecked, { lastLoginAt: now });
      if (!affected) throw new WrongCredentials();
      return manager.save(UserSession, { userId: user.id, expiresAt, ip, userAgent });
    });
    user.lastLoginAt = now;
    const payload: TokenPayload = { sub: user.id, sid: id };
    return this.jwt.signAsync({ ...payload });
  }

  /** Who acts under this token; `undefined` when its session has ended or its user is switched off. */
  async resume({ sub, sid }: TokenPayload, ip: string | null): Promise<CurrentUser | undefined> {
    const session = await this.sessions.findOne({
      where: { id: sid, userId: sub, ...this.running(), user: { isActive: true } },
      relations: { user: true },
    });
    if (!session) return undefined;
    await this.touch(session);
    const { id, name, email, isAdmin } = session.user;
    return { id, name, email, isAdmin, sessionId: session.id, ip };
  }

  /** Those that run, the one used last first. */
  list(userId: string, manager: EntityManager = this.sessions.manager): Promise<UserSession[]> {
    const where = { userId, ...this.running() };
    return manager.find(UserSession, { where, order: { lastSeenAt: 'DESC', id: 'ASC' } });
  }

  /** Whether the session was this user's and ran. */
  async end(userId: string, id: string, manager: EntityManager = this.sessions.manager): Promise<boolean> {
    const { affected } = await manager.update(
      UserSession,
      { id, userId, ...this.running() },
      { revokedAt: new Date() },
    );
    return affected === 1;
  }

  async endOthers({ id, sessionId }: CurrentUser, manager: EntityManager): Promise<void> {
    const others = { userId: id, id: Not(sessionId), ...this.running() };
    await manager.update(UserSession, others, { revokedAt: new Date() });
  }

  private running() {
    return { revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
  }

  private async touch({ id, lastSeenAt }: UserSession): Promise<void> {
    const now = new Date();
    const aMinuteAgo = new Date(now.getTime() - MINUTE);
    if (lastSeenAt > aMinuteAgo) return;
    await this.sessions.update({ id, lastSeenAt: LessThan(aMinuteAgo) }, { lastSeenAt: now });
  }
}
