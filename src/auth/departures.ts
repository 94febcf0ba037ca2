import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Why somebody may not leave the instance now, as a sentence; `undefined` when nothing speaks against it. */
export type Objection = (manager: EntityManager, userId: string) => Promise<string | undefined>;

/** Lets modules that `auth` may not import object when somebody deletes their account; they register when they start. */
@Injectable()
export class Departures {
  private readonly objections: Objection[] = [];

  register(objection: Objection): void {
    this.objections.push(objection);
  }

  /** The first objection, in the transaction that would delete the account. */
  async objection(manager: EntityManager, userId: string): Promise<string | undefined> {
    for (const object of this.objections) {
      const reason = await object(manager, userId);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}
