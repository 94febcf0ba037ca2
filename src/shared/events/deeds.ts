import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Who did it, and from where. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly ip: string | null;
}

type ObjectType =
  'project' | 'member' | 'invitation' | 'team' | 'key' | 'server' | 'tool' | 'session' | 'user' | 'logs' | 'settings';

/** A field that got another value; secrets are named, never shown: `from` and `to` are null. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | number | boolean | null;
  readonly to: string | number | boolean | null;
}

/** Something a person did, for the feed of a project, a team or the instance. */
export interface Deed {
  /** The object and the verb in the past tense: `server.created`. */
  readonly type: `${ObjectType}.${string}`;
  /** `null`: the operator, by the command line. */
  readonly by: Actor | null;
  readonly projectId: string | null;
  readonly teamId: string | null;
  readonly object: { readonly type: ObjectType; readonly id: string | null; readonly name: string };
  readonly changes?: readonly FieldChange[];
}

export type DeedListener = (manager: EntityManager, deed: Deed) => Promise<void>;

/** Hands every deed, inside the transaction of what was done, to those who keep record of it. */
@Injectable()
export class Deeds {
  private readonly listeners: DeedListener[] = [];

  listen(listener: DeedListener): void {
    this.listeners.push(listener);
  }

  async tell(manager: EntityManager, deed: Deed): Promise<void> {
    for (const listener of this.listeners) await listener(manager, deed);
  }
}

/** The fields of `after` that differ from `before`, for plain values. */
export function changesOf<Thing extends object>(before: Thing, after: Partial<Thing>): FieldChange[] {
  const fields = Object.keys(after) as (keyof Thing & string)[];
  return fields.flatMap((field) => {
    const [from, to] = [plain(before[field]), plain(after[field])];
    return from === to || after[field] === undefined ? [] : [{ field, from, to }];
  });
}

function plain(value: unknown): FieldChange['from'] {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean);
}
