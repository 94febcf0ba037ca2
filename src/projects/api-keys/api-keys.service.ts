import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { In, IsNull, Not, Repository } from 'typeorm';
import type { CurrentUser } from '../../auth/index.js';
import { sha256 } from '../../shared/crypto/index.js';
import { isUniqueViolation } from '../../shared/database/index.js';
import { Conflict, NotFound } from '../../shared/errors/index.js';
import { Transactions } from '../../shared/events/index.js';
import { EndpointLister } from '../endpoint-lister.js';
import type { ProjectContext } from '../project-context.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyForm } from './api-key.form.js';
import { type ApiKeyView, apiKeyView, type NewApiKey } from './api-key.view.js';
import { demandOwn, tellOfKey } from './key-deeds.js';
import { KeyMakers } from './key-makers.service.js';
import { storedScopes } from './key-scopes.js';
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
    private readonly makers: KeyMakers,
    private readonly endpoints: EndpointLister,
    private readonly transactions: Transactions,
  ) {}

  /** Newest first, also those that are expired or revoked; only somebody's own where `createdBy` is given. */
  async list(projectId: string, createdBy?: string): Promise<ApiKeyView[]> {
    const where = { projectId, ...(createdBy && { createdBy }) };
    const keys = await this.keys.find({ where, order: { createdAt: 'DESC', id: 'ASC' } });
    return this.views(projectId, keys);
  }

  /** @throws NotFound also when the key is another project's. */
  async find(projectId: string, id: string): Promise<ApiKeyView> {
    const [view] = await this.views(projectId, [await this.get(projectId, id)]);
    return view as ApiKeyView;
  }

  /**
   * The only moment at which the key itself is known; gateways accept it when this returns.
   * @throws Invalid, and Conflict with the field `formToken` when this form has made its key already
   */
  async create(projectId: string, form: CreateApiKeyForm, user: CurrentUser): Promise<NewApiKey> {
    const key = newKeyText();
    const draft = this.keys.create({
      projectId,
      createdBy: user.id,
      name: form.name,
      hash: sha256(key),
      ...publicParts(key),
      scopes: storedScopes(form.askedScopes(), await this.endpoints.list(projectId)),
      allowedIpRanges: form.allowedIpRanges ?? [],
      rateLimitPerMinute: form.rateLimitPerMinute ?? null,
      rateLimitPerDay: form.rateLimitPerDay ?? null,
      expiresAt: form.expiryFrom(new Date()),
      formToken: form.formToken ?? null,
    });
    const { id } = await this.save(draft, user);
    const made = await this.keys.findOneByOrFail({ id });
    return { key, apiKey: apiKeyView(made, { maker: { name: user.name, objection: null } }) };
  }

  /** Ends the key for good; to revoke it again changes nothing. */
  async revoke(project: ProjectContext, id: string, user: CurrentUser): Promise<void> {
    const key = await this.get(project.id, id);
    demandOwn(project, key, user);
    await this.transactions.run(async (transaction) => {
      const live = { id, revokedAt: IsNull() };
      const { affected } = await transaction.manager.update(ApiKey, live, { revokedAt: new Date() });
      if (affected) await tellOfKey(transaction, 'key.revoked', key, user);
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

  private async get(projectId: string, id: string): Promise<ApiKey> {
    const key = isUUID(id) ? await this.keys.findOneBy({ id, projectId }) : null;
    if (!key) throw new NotFound('API key');
    return key;
  }

  private async views(projectId: string, keys: readonly ApiKey[]): Promise<ApiKeyView[]> {
    const makers = await this.makers.find(projectId, [...new Set(keys.map(({ createdBy }) => createdBy))]);
    const followers = await this.followers(projectId, keys);
    return keys.map((key) => apiKeyView(key, { maker: makers.get(key.createdBy), follower: followers.get(key.id) }));
  }

  private async followers(projectId: string, keys: readonly ApiKey[]): Promise<Map<string | null, string>> {
    const rotatedFrom = In(keys.map(({ id }) => id));
    const found = await this.keys.find({ where: { projectId, rotatedFrom }, select: { id: true, rotatedFrom: true } });
    return new Map(found.map((key) => [key.rotatedFrom, key.id]));
  }

  private async save(draft: ApiKey, user: CurrentUser): Promise<ApiKey> {
    try {
      return await this.transactions.run(async (transaction) => {
        const saved = await transaction.manager.save(draft);
        await tellOfKey(transaction, 'key.created', saved, user);
        return saved;
      });
    } catch (error) {
      if (!isUniqueViolation(error, FORM_USED)) throw error;
      throw new Conflict(SHOWN_ALREADY, { formToken: SHOWN_ALREADY });
    }
  }
}
