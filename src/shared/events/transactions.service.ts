import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Change } from './changes.js';
import { Changes } from './changes.service.js';
import { type Deed, Deeds } from './deeds.js';

/** What belongs together: rows, the deed that they tell of, and the news that compiled state is to be rebuilt. */
export class Transaction {
  readonly changes: Change[] = [];

  constructor(
    readonly manager: EntityManager,
    private readonly deeds: Deeds,
  ) {}

  /** Goes to every replica with the commit. */
  changed(change: Change): void {
    this.changes.push(change);
  }

  /** Is on record when the commit is, and only then. */
  did(deed: Deed): Promise<void> {
    return this.deeds.tell(this.manager, deed);
  }
}

/** All of it or nothing: what is saved, what is told of it, and to whom. */
@Injectable()
export class Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: Changes,
    private readonly deeds: Deeds,
  ) {}

  /** Listeners of this process have heard of the changes when it returns, other replicas hear at once. */
  async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let changes: readonly Change[] = [];
    const result = await this.dataSource.transaction(async (manager) => {
      const transaction = new Transaction(manager, this.deeds);
      const done = await work(transaction);
      // One order for all, and last: the counters are locked from here to the commit.
      changes = transaction.changes.toSorted((one, other) => one.topic.localeCompare(other.topic));
      for (const change of changes) await this.changes.announce(change, manager);
      return done;
    });
    for (const change of changes) await this.changes.tell(change);
    return result;
  }
}
