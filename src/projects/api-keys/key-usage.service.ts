import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events, type KeyUsed } from '../../shared/events/index.js';

const FLUSH_MS = 500;
const PER_KEY_MS = 60_000;

const WRITE = `
  UPDATE api_keys SET last_used_at = used.at, last_used_client = coalesce(used.client, last_used_client), last_used_ip = used.ip
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) AS used (id, at, client, ip)
  WHERE api_keys.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`;

/** Writes down when, by whom and from where a key was used: at once the first time, then once a minute. */
@Injectable()
export class KeyUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyUsage.name);
  private readonly pending = new Map<string, KeyUsed>();
  private readonly writtenAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.events.on('key.used', (use) => this.pending.set(use.apiKeyId, use));
    this.timer = setInterval(() => {
      this.flushing = this.flush(this.due());
    }, FLUSH_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush([...this.pending.values()]);
  }

  private due(): KeyUsed[] {
    const limit = Date.now() - PER_KEY_MS;
    for (const [id, at] of this.writtenAt) if (at < limit) this.writtenAt.delete(id);
    return [...this.pending.values()].filter(({ apiKeyId }) => !this.writtenAt.has(apiKeyId));
  }

  private async flush(uses: readonly KeyUsed[]): Promise<void> {
    if (uses.length === 0) return;
    for (const { apiKeyId } of uses) {
      this.pending.delete(apiKeyId);
      this.writtenAt.set(apiKeyId, Date.now());
    }
    try {
      await this.dataSource.query(WRITE, [
        uses.map(({ apiKeyId }) => apiKeyId),
        uses.map(({ at }) => at),
        uses.map(({ client }) => client?.replaceAll('\0', '').slice(0, 200) ?? null),
        uses.map(({ ip }) => ip),
      ]);
    } catch (error) {
      for (const use of uses) this.putBack(use);
      this.logger.warn(`The last use of ${uses.length} keys is written later: ${(error as Error).message}`);
    }
  }

  private putBack(use: KeyUsed): void {
    this.writtenAt.delete(use.apiKeyId);
    if (!this.pending.has(use.apiKeyId)) this.pending.set(use.apiKeyId, use);
  }
}
