import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, IsNull, MoreThan, Repository } from 'typeorm';
import { UsersService } from '../auth/index.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { Project } from './project.entity.js';

export interface GatewayProject {
  readonly id: string;
  readonly slug: string;
  readonly unifiedEnabled: boolean;
}

/** A key that opens its project's endpoints until `expiresAt`. */
export interface GatewayKey {
  readonly id: string;
  readonly projectId: string;
  /** SHA-256 of the key. */
  readonly hash: Buffer;
  readonly name: string;
  readonly prefix: string;
  /** `null`: it never expires. */
  readonly expiresAt: Date | null;
  readonly userId: string;
}

/** What the gateway compiles its tables from; all of it when no project is named. */
@Injectable()
export class ProjectsGateway {
  constructor(
    @InjectRepository(Project) private readonly projects: Repository<Project>,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly users: UsersService,
  ) {}

  async loadProjects(projectId?: string): Promise<GatewayProject[]> {
    return this.projects.find({
      select: { id: true, slug: true, unifiedEnabled: true },
      where: projectId ? { id: projectId } : {},
    });
  }

  /** Keys that are neither revoked nor expired and whose maker's account is active. */
  loadKeys(projectId?: string): Promise<GatewayKey[]> {
    return this.usable(projectId ? { projectId } : {});
  }

  /** `null`: there is no such key, or it opens nothing any more. */
  async findKeyByHash(hash: Buffer): Promise<GatewayKey | null> {
    const [key] = await this.usable({ hash });
    return key ?? null;
  }

  private async usable(where: FindOptionsWhere<ApiKey>): Promise<GatewayKey[]> {
    const valid = { ...where, revokedAt: IsNull() };
    const keys = await this.keys.find({
      where: [
        { ...valid, expiresAt: IsNull() },
        { ...valid, expiresAt: MoreThan(new Date()) },
      ],
    });
    const makers = await this.users.findMany([...new Set(keys.map(({ createdBy }) => createdBy))]);
    const active = new Set(makers.filter(({ isActive }) => isActive).map(({ id }) => id));
    return keys
      .filter(({ createdBy }) => active.has(createdBy))
      .map(({ id, projectId, hash, name, prefix, expiresAt, createdBy: userId }) => {
        return { id, projectId, hash, name, prefix, expiresAt, userId };
      });
  }
}
