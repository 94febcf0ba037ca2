import { hash } from 'node:crypto';
import type { Change } from '../../shared/events/index.js';
import { Rebuilds } from '../routing/rebuilds.js';
import { holderOf, type Principal } from './principal.js';

/** An API key that may be used; revoked ones and those of disabled users are not loaded. */
export interface KeyRecord {
  readonly id: string;
  readonly projectId: string;
  /** SHA-256 of the key. */
  readonly hash: Buffer;
  /** What it may be used for then is looked up again. */
  readonly expiresAt: Date | null;
  readonly userId: string | null;
  readonly scopes: readonly string[];
  readonly allowedIpRanges: readonly string[];
  readonly rateLimitPerMinute: number | null;
  readonly rateLimitPerDay: number | null;
}

export interface KeySource {
  loadKeys(projectId?: string): Promise<readonly KeyRecord[]>;
  findKeyByHash(hash: Buffer): Promise<KeyRecord | null | undefined>;
}

const KEY = /^mcpo_[A-Za-z0-9]{16,128}$/;
/** How long an unknown key is not looked up again, ms; how many of them are remembered; how many look-ups run at once. */
const FORGET_MS = 2000;
const MOST_UNKNOWN = 10_000;
const MOST_LOOKUPS = 8;

/** The usable API keys, in memory: a request is authenticated by one hash and one look-up. */
export class Keys {
  private readonly byHash = new Map<string, Principal>();
  private readonly hashes = new Map<string, string>();
  private readonly unknown = new Map<string, number>();
  private readonly rebuilds = new Rebuilds((projectId) => this.rebuild(projectId));
  private readonly digests = new WeakMap<object, { readonly key: string; readonly digest: string }>();
  private lookups = 0;
  private version = 0;

  constructor(private readonly source: KeySource) {}

  load(): Promise<void> {
    return this.rebuilds.ask(null);
  }

  /** Resolves when the table shows the change. */
  async follow({ topic, projectId }: Pick<Change, 'topic' | 'projectId'>): Promise<void> {
    if (topic === 'api_keys' || topic === 'projects') await this.rebuilds.ask(projectId);
    if (topic === 'users') await this.rebuilds.ask(null);
  }

  isUsable(keyId: string): boolean {
    const principal = this.byHash.get(this.hashes.get(keyId) ?? '');
    return principal !== undefined && principal.expiresAt > Date.now();
  }

  /**
   * At once when the key is known or cannot be one; otherwise after a look at the database, once per unknown key.
   * @param connection on which the key was sent: it is not hashed again while the same connection sends the same.
   */
  find(key: string, connection: object): Principal | undefined | Promise<Principal | undefined> {
    const digest = this.digestOf(key, connection);
    if (digest === undefined) return undefined;
    const principal = this.byHash.get(digest);
    if (principal && principal.expiresAt > Date.now()) return principal;
    const forgetAt = this.unknown.get(digest);
    if ((forgetAt !== undefined && forgetAt > Date.now()) || this.lookups >= MOST_LOOKUPS) return undefined;
    return this.lookUp(digest);
  }

  private digestOf(key: string, connection: object): string | undefined {
    const last = this.digests.get(connection);
    if (last?.key === key) return last.digest;
    if (!KEY.test(key)) return undefined;
    const digest = hash('sha256', key, 'base64');
    this.digests.set(connection, { key, digest });
    return digest;
  }

  /** A key made a moment ago by another replica, whose notice has not arrived yet. */
  private async lookUp(digest: string): Promise<Principal | undefined> {
    this.lookups++;
    const { version } = this;
    try {
      const record = await this.source.findKeyByHash(Buffer.from(digest, 'base64'));
      if (record && this.version === version) this.add(record);
      const found = record && this.byHash.get(digest);
      if (found && found.expiresAt > Date.now()) return found;
      if (this.unknown.size >= MOST_UNKNOWN) this.unknown.clear();
      this.unknown.set(digest, Date.now() + FORGET_MS);
      return undefined;
    } finally {
      this.lookups--;
    }
  }

  private async rebuild(projectId: string | null): Promise<void> {
    const records = await this.source.loadKeys(projectId ?? undefined);
    this.version++;
    for (const [digest, principal] of this.byHash) {
      if (projectId !== null && principal.projectId !== projectId) continue;
      this.byHash.delete(digest);
      this.hashes.delete(principal.keyId);
    }
    for (const record of records) this.add(record);
    this.unknown.clear();
  }

  private add(record: KeyRecord): void {
    const digest = record.hash.toString('base64');
    this.byHash.set(digest, holderOf(record));
    this.hashes.set(record.id, digest);
  }
}
