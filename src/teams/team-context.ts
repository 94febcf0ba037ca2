import { Forbidden } from '../shared/errors/index.js';
import { isAtLeast, type Role } from '../shared/roles.js';

interface Facts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly role: Role;
  readonly isMember: boolean;
}

/** The team a request is about, and what the person who asks may do in it. */
export class TeamContext {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly role: Role;
  /** `false`: an administrator looks at a team of others. */
  readonly isMember: boolean;
  /** Owners do; for templates. */
  readonly canManage: boolean;

  constructor(facts: Facts) {
    this.id = facts.id;
    this.slug = facts.slug;
    this.name = facts.name;
    this.description = facts.description;
    this.role = facts.role;
    this.isMember = facts.isMember;
    this.canManage = isAtLeast(facts.role, 'Owner');
  }

  /** @throws Forbidden naming the role that is needed. */
  demand(needed: Role): void {
    if (isAtLeast(this.role, needed)) return;
    throw new Forbidden(
      `This needs the role ${needed} in the team "${this.name}" and yours is ${this.role}: ask an Owner of the team.`,
    );
  }
}
