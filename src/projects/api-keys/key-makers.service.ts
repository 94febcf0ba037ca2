import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isAtLeast, type Role, roleFor, roleOf } from '../project-role.js';

/** A key opens what its maker may use, for as long as they may make keys in the project. */
export interface KeyMaker {
  readonly id: string;
  readonly name: string;
  /** Why their keys open nothing now, as a sentence; `null`: they do. */
  readonly objection: string | null;
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly isAdmin: boolean;
  readonly role: Role | null;
}

const FIND = `
  SELECT maker.id, maker.name, maker.is_active AS "isActive", maker.is_admin AS "isAdmin", granted.role
  FROM users AS maker LEFT JOIN project_roles AS granted ON granted.user_id = maker.id AND granted.project_id = $1
  WHERE maker.id = ANY($2)`;

/** Who made the keys of a project; the gateway asks the same of `ProjectsGateway`. */
@Injectable()
export class KeyMakers {
  constructor(private readonly dataSource: DataSource) {}

  async find(projectId: string, ids: readonly string[]): Promise<ReadonlyMap<string, KeyMaker>> {
    if (ids.length === 0) return new Map();
    const found = await this.dataSource.query<Found[]>(FIND, [projectId, ids]);
    return new Map(found.map((maker) => [maker.id, { ...maker, objection: objectionTo(maker) }]));
  }
}

function objectionTo({ name, isActive, isAdmin, role }: Found): string | null {
  const needed = roleFor('keys.write');
  if (!isActive) return `The account of ${name}, who made it, is disabled.`;
  if (isAtLeast(roleOf(isAdmin, role), needed)) return null;
  if (!role) return `${name}, who made it, is not in the project any more.`;
  return `${name}, who made it, is a ${role} now: keys need the role ${needed}.`;
}
