import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { IsNull, Not, Repository } from 'typeorm';
import { type CurrentUser, UsersService } from '../../auth/index.js';
import { sha256 } from '../../shared/crypto/index.js';
import { isUniqueViolation } from '../../shared/database/index.js';
import { Conflict, Forbidden, NotFound } from '../../shared/errors/index.js';
import { type Deed, type Transaction, Transactions } from '../../shared/events/index.js';
import type { ProjectContext } from '../project-context.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyForm } from './api-key.form.js';
import { type ApiKeyView, apiKeyView, type NewApiKey } from './api-key.view.js';
import { newKeyText, publicParts } from './key-text.js';

const FORM_USED = 'api_keys_form_token_key';
const SHOWN_ALREADY =
  'The key was created already, and a key is shown once only: if you did not copy it, revoke it and create another.';

export interface KeyUse {
  readonly keyName: string;
  /** The name that the client gave itself. */
  readonly client: string | null;
  readonly at: string;
}

/** The keys that MCP clients show to a project's endpoints. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly users: UsersService,
    private readonly transactions: Transactions,
  ) {}

  /** Newest first, also those that are expired or revoked. */
  async list(projectId: string): Promise<ApiKeyView[]> {
    const keys = await this.keys.find({ where: { projectId }, order: { createdAt: 'DESC', id: 'ASC' } });
    const users = await this.users.findMany([...new Set(keys.map(({ createdBy }) => createdBy))]);
    const byId = new Map(users.map((user) => [user.id, user]));
    return keys.map((key) => apiKeyView(key, byId.get(key.createdBy)));
  }

  /**
   * The only moment at which the key itself is known; gateways accept it when this returns.
   * @throws Conflict with the field `formToken` when this form has made its key already
   */
  async create(projectId: string, form: CreateApiKeyForm, user: CurrentUser): Promise<NewApiKey> {
    const key = newKeyText();
    const draft = this.keys.create({
      projectId,
      createdBy: user.id,
      name: form.name,
      hash: sha256(key),
      ...publicParts(key),
      scopes: form.scopes,
      expiresAt: form.expiryFrom(new Date()),
      formToken: form.formToken ?? null,
    });
    const apiKey = await this.save(draft, user);
    return { key, apiKey: apiKeyView(await this.keys.findOneByOrFail({ id: apiKey.id }), user) };
  }

  /** Ends the key for good; to revoke it again changes nothing. */
  async revoke(project: ProjectContext, id: string, user: CurrentUser): Promise<void> {
    const key = isUUID(id) ? await this.keys.findOneBy({ id, projectId: project.id }) : null;
    if (!key) throw new NotFound('API key');
    if (key.createdBy !== user.id && !project.can('keys.write-all')) {
      throw new Forbidden(
        'You may revoke the keys that you made yourself: ask an Owner of the project to revoke this one.',
      );
    }
    await this.transactions.run(async (transaction) => {
      const live = { id, revokedAt: IsNull() };
      const { affected } = await transaction.manager.update(ApiKey, live, { revokedAt: new Date() });
      if (affected) await tell(transaction, 'key.revoked', key, user);
    });
  }

  /** The use of this key, or of whichever key of the project was used last; `null`: there was none yet. */
  async lastUse(projectId: string, keyId?: string): Promise<KeyUse | null> {
    if (keyId !== undefined && !isUUID(keyId)) throw new NotFound('API key');
    const key = await this.keys.findOne({
      where: { projectId, lastUsedAt: Not(IsNull()), ...(keyId && { id: keyId }) },
      order: { lastUsedAt: 'DESC' },
    });
    return key?.lastUsedAt ? { keyName: key.name, client: key.lastUsedClient, at: key.lastUsedAt.toISOString() } : null;
  }

  any(projectId: string): Promise<boolean> {
    return this.keys.existsBy({ projectId });
  }

  private async save(draft: ApiKey, user: CurrentUser): Promise<ApiKey> {
    try {
      return await this.transactions.run(async (transaction) => {
        const saved = await transaction.manager.save(draft);
        await tell(transaction, 'key.created', saved, user);
        return saved;
      });
    } catch (error) {
      if (!isUniqueViolation(error, FORM_USED)) throw error;
      throw new Conflict(SHOWN_ALREADY, { formToken: SHOWN_ALREADY });
    }
  }
}

function tell(transaction: Transaction, type: Deed['type'], key: ApiKey, by: CurrentUser): Promise<void> {
  const { id, projectId, name } = key;
  transaction.changed({ topic: 'api_keys', projectId, id });
  return transaction.did({ type, by, projectId, teamId: null, object: { type: 'key', id, name } });
}
