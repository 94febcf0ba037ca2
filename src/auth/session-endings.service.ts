import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors/index.js';
import { Transactions } from '../shared/events/index.js';
import type { CurrentUser } from './current-user.js';
import { deviceName } from './session.view.js';
import { SessionsService } from './sessions.service.js';
import type { UserSession } from './user-session.entity.js';

type Chosen = (session: UserSession) => boolean;

/** Sessions that somebody ends from another one, which is on record: it may be the answer to a theft. */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
  ) {}

  /** @throws NotFound unless the session is this user's and runs. */
  async end(user: CurrentUser, id: string): Promise<void> {
    const ended = await this.endThose(user, (session) => session.id === id);
    if (ended === 0) throw new NotFound('session');
  }

  async endOthers(user: CurrentUser): Promise<void> {
    await this.endThose(user, ({ id }) => id !== user.sessionId);
  }

  private endThose(by: CurrentUser, isChosen: Chosen): Promise<number> {
    return this.transactions.run(async (transaction) => {
      const running = await this.sessions.list(by.id, transaction.manager);
      let ended = 0;
      for (const session of running.filter(isChosen)) {
        if (!(await this.sessions.end(by.id, session.id, transaction.manager))) continue;
        const object = { type: 'session' as const, id: session.id, name: deviceName(session.userAgent) };
        await transaction.did({ type: 'session.ended', by, projectId: null, teamId: null, object });
        ended++;
      }
      return ended;
    });
  }
}
