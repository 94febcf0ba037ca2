import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { CurrentUser } from '../../auth/index.js';
import { sha256 } from '../../shared/crypto/index.js';
import { Conflict, NotFound } from '../../shared/errors/index.js';
import { changesOf, Transactions } from '../../shared/events/index.js';
import type { ProjectContext } from '../project-context.js';
import { ApiKey } from './api-key.entity.js';
import type { RotateApiKeyForm } from './api-key.form.js';
import { apiKeyView, type NewApiKey } from './api-key.view.js';
import { demandOwn, tellOfKey } from './key-deeds.js';
import { newKeyText, publicParts } from './key-text.js';

/** Puts a new key in the place of another that goes on working for a while, so that clients can change over. */
@Injectable()
export class KeyRotation {
  constructor(private readonly transactions: Transactions) {}

  /**
   * The new key is the one's who rotates: nobody else has seen it.
   * @throws Conflict when the key has ended, or has a follower already.
   */
  rotate(project: ProjectContext, id: string, form: RotateApiKeyForm, user: CurrentUser): Promise<NewApiKey> {
    return this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const old = await locked(manager, project.id, id);
      demandOwn(project, old, user);
      await demandRotatable(manager, old);
      const now = new Date();
      const key = newKeyText();
      const made = await manager.save(
        manager.create(ApiKey, { ...settingsOf(old, now), ...hidden(key), createdBy: user.id }),
      );
      const end = form.overlapHours === 0 ? { revokedAt: now } : { expiresAt: form.endOf(old, now) };
      await manager.update(ApiKey, { id: old.id }, end);
      await tellOfKey(transaction, 'key.rotated', old, user, changesOf<Partial<ApiKey>>(old, end));
      return { key, apiKey: apiKeyView(made, { maker: { name: user.name, objection: null } }) };
    });
  }
}

/** Of two who rotate at once, the second finds the follower. */
async function locked(manager: EntityManager, projectId: string, id: string): Promise<ApiKey> {
  const where = { id, projectId };
  const key = isUUID(id) ? await manager.findOne(ApiKey, { where, lock: { mode: 'pessimistic_write' } }) : null;
  if (!key) throw new NotFound('API key');
  return key;
}

async function demandRotatable(manager: EntityManager, key: ApiKey): Promise<void> {
  const state = key.state();
  if (state !== 'active') throw new Conflict(`The key is ${state}: create a new one.`);
  if (await manager.existsBy(ApiKey, { rotatedFrom: key.id })) {
    throw new Conflict('The key was rotated already: rotate the key that has followed it.');
  }
}

function settingsOf(old: ApiKey, now: Date): Partial<ApiKey> {
  const { projectId, name, scopes, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay } = old;
  const limits = { scopes, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay };
  return { projectId, name, ...limits, expiresAt: old.nextExpiry(now), rotatedFrom: old.id };
}

function hidden(key: string): Partial<ApiKey> {
  return { hash: sha256(key), ...publicParts(key) };
}
