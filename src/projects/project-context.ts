import { Forbidden } from '../shared/errors/index.js';
import { isAtLeast, type Permission, type Role, roleFor } from './project-role.js';

interface Facts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly unifiedEnabled: boolean;
  readonly callTimeoutMs: number | null;
  readonly role: Role;
  readonly isAdmin: boolean;
}

/** The project a request is about, and what the person who asks may do in it. */
export class ProjectContext {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly unifiedEnabled: boolean;
  /** Of servers that are added without a time limit of their own; `null`: as the instance says. */
  readonly callTimeoutMs: number | null;
  readonly role: Role;
  readonly isAdmin: boolean;

  constructor(facts: Facts) {
    this.id = facts.id;
    this.slug = facts.slug;
    this.name = facts.name;
    this.description = facts.description;
    this.unifiedEnabled = facts.unifiedEnabled;
    this.callTimeoutMs = facts.callTimeoutMs;
    this.role = facts.role;
    this.isAdmin = facts.isAdmin;
  }

  can(permission: Permission): boolean {
    return isAtLeast(this.role, roleFor(permission));
  }

  /** @throws Forbidden naming the role that is needed. */
  demand(needed: Role): void {
    if (isAtLeast(this.role, needed)) return;
    throw new Forbidden(
      `This needs the role ${needed} in the project "${this.name}" and yours is ${this.role}: ask an Owner of the project.`,
    );
  }
}
