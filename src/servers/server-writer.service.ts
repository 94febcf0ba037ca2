import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Invalid, NotFound } from '../shared/errors/index.js';
import { type Deed, type FieldChange, type Transaction, Transactions } from '../shared/events/index.js';
import { decisionsOf, serverChanges } from './server-changes.js';
import { McpServer, NAME_TAKEN } from './server.entity.js';

type Which = Pick<McpServer, 'id' | 'projectId'>;

/** What becomes of a server. */
export interface Decision {
  readonly to: McpServer;
  readonly type: 'server.updated' | 'server.enabled' | 'server.disabled' | 'server.restarted';
  /** Links that are open reach it as it was: they end. */
  readonly reconnects: boolean;
}

/** Writes servers, one change after the other, and tells who made it. */
@Injectable()
export class ServerWriter {
  constructor(private readonly transactions: Transactions) {}

  /** All of them or none. @throws Invalid when a name is taken. */
  insert(drafts: McpServer[], type: 'server.created' | 'server.imported', by: CurrentUser): Promise<McpServer[]> {
    return this.run(async (transaction) => {
      const saved = await transaction.manager.save(drafts);
      for (const server of saved) await tell(transaction, type, server, by);
      return saved;
    });
  }

  /**
   * `decide` sees the server as nobody else can change it meanwhile; `undefined` leaves it so, and is answered.
   * Only what people decide is written: what checks have seen stays.
   */
  change(
    which: Which,
    by: CurrentUser,
    decide: (current: McpServer) => Decision | undefined,
  ): Promise<McpServer | undefined> {
    return this.run(async (transaction) => {
      const { manager } = transaction;
      const current = await locked(transaction, which);
      const decision = decide(current);
      if (!decision) return undefined;
      const { to, type, reconnects } = decision;
      const changes = type === 'server.updated' ? serverChanges(current, to) : undefined;
      if (changes?.length === 0) return current;
      const anew = { revision: current.revision + 1, status: to.restingStatus(), lastError: null };
      await manager.update(McpServer, { id: current.id }, { ...decisionsOf(to), ...(reconnects && anew) });
      await tell(transaction, type, to, by, changes);
      return manager.findOneByOrFail(McpServer, { id: current.id });
    });
  }

  /** Answers the server that was. @throws NotFound, and what `check` throws. */
  remove(which: Which, by: CurrentUser, check: (current: McpServer) => void): Promise<McpServer> {
    return this.run(async (transaction) => {
      const server = await locked(transaction, which);
      check(server);
      await transaction.manager.delete(McpServer, { id: server.id });
      await tell(transaction, 'server.deleted', server, by);
      return server;
    });
  }

  /** The courtesy check and the unique index say the same. */
  private async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await this.transactions.run(work);
    } catch (error) {
      throw isUniqueViolation(error, NAME_TAKEN) ? nameTaken() : error;
    }
  }
}

export function nameTaken(): Invalid {
  return new Invalid({ name: 'Choose another name: this project has a server of that name already.' });
}

async function locked({ manager }: Transaction, { id, projectId }: Which): Promise<McpServer> {
  const where = { id, projectId };
  const server = await manager.findOne(McpServer, { where, lock: { mode: 'pessimistic_write' } });
  if (!server) throw new NotFound('server');
  return server;
}

function tell(
  transaction: Transaction,
  type: Deed['type'],
  { id, projectId, name }: McpServer,
  by: CurrentUser,
  changes?: readonly FieldChange[],
): Promise<void> {
  transaction.changed({ topic: 'servers', projectId, id });
  return transaction.did({ type, by, projectId, teamId: null, object: { type: 'server', id, name }, changes });
}
