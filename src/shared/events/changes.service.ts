import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATABASE, type Database, Notifications } from '../database/index.js';
import type { Change, ChangeListener } from './changes.js';

const CHANNEL = 'mcp_orchestrator_changes';
const POLL_MS = 2000;

/** One statement, so that notices are delivered in the order of their numbers. */
const ANNOUNCE = `
  WITH counter AS (
    INSERT INTO change_counters (topic, version) VALUES ($1, 1)
    ON CONFLICT (topic) DO UPDATE SET version = change_counters.version + 1
    RETURNING version
  )
  SELECT pg_notify($2, json_build_object('origin', $3::text, 'version', version, 'change', $4::json)::text) FROM counter`;

interface Notice {
  readonly origin: string;
  readonly version: number;
  readonly change: Change;
}

/**
 * Tells every replica what was changed. Each topic has a counter; whoever sees it ahead of the notices it got, at the
 * next notice or poll, has missed one and tells its listeners that anything in the topic may have changed. State that
 * follows changes is loaded in `onApplicationBootstrap` or later.
 */
@Injectable()
export class Changes implements OnModuleInit, BeforeApplicationShutdown {
  private readonly origin = randomUUID();
  private readonly logger = new Logger(Changes.name);
  private readonly listeners: ChangeListener[] = [];
  private readonly seen = new Map<string, number>();
  private readonly toRepeat = new Set<Change['topic']>();
  private readonly toAnnounce: Change[] = [];
  private readonly notifications: Notifications;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(DATABASE) { url }: Database,
  ) {
    this.notifications = new Notifications(url, CHANNEL, {
      onMessage: (payload) => {
        this.receive(payload).catch((error: Error) => this.logger.error(`A notice was not followed: ${error.message}`));
      },
      onListening: () => this.poll(),
    });
  }

  listen(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /**
   * For what was saved without `Transactions`. Listeners here have run when it returns; other replicas hear at once, at
   * most 2 s later.
   */
  async publish(change: Change): Promise<void> {
    await this.tell(change);
    try {
      await this.announce(change);
    } catch (error) {
      this.toAnnounce.push(change);
      this.logger.warn(`A change of ${change.topic} is announced later: ${(error as Error).message}`);
    }
  }

  /** To the other replicas, with the commit of the manager's transaction. */
  async announce(change: Change, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(ANNOUNCE, [change.topic, CHANNEL, this.origin, JSON.stringify(change)]);
  }

  /** To the listeners of this process. */
  async tell(change: Change): Promise<void> {
    for (const listener of this.listeners) {
      try {
        await listener(change);
      } catch (error) {
        this.toRepeat.add(change.topic);
        this.logger.error(`A listener of ${change.topic} failed`, error instanceof Error ? error.stack : String(error));
      }
    }
  }

  async onModuleInit(): Promise<void> {
    for (const { topic, version } of await this.versions()) this.seen.set(topic, version);
    await this.notifications.start();
    this.timer = setInterval(() => this.poll(), POLL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
    await this.notifications.stop();
  }

  private async receive(payload: string): Promise<void> {
    const notice = readNotice(payload);
    // Whoever shares the database may notify anything; what cannot be read is found by the poll.
    if (!notice) return;
    const { origin, version, change } = notice;
    const seen = this.seen.get(change.topic) ?? 0;
    if (version <= seen) return;
    this.seen.set(change.topic, version);
    if (version > seen + 1) await this.tell({ topic: change.topic, projectId: null });
    else if (origin !== this.origin) await this.tell(change);
  }

  private poll(): void {
    this.polling ??= this.catchUp()
      .catch((error: Error) => this.logger.debug(`Changes could not be polled: ${error.message}`))
      .finally(() => (this.polling = undefined));
  }

  private async catchUp(): Promise<void> {
    for (const change of [...this.toAnnounce]) {
      await this.announce(change);
      this.toAnnounce.shift();
    }
    const missed = new Set(this.toRepeat);
    this.toRepeat.clear();
    for (const { topic, version } of await this.versions()) {
      if (version <= (this.seen.get(topic) ?? 0)) continue;
      this.seen.set(topic, version);
      missed.add(topic);
    }
    for (const topic of missed) await this.tell({ topic, projectId: null });
  }

  private async versions(): Promise<{ topic: Change['topic']; version: number }[]> {
    return this.dataSource.query('SELECT topic, version::float8 AS version FROM change_counters');
  }
}

function readNotice(payload: string): Notice | undefined {
  try {
    const notice = JSON.parse(payload) as Partial<Notice> | null;
    const isOurs = typeof notice?.version === 'number' && typeof notice.change?.topic === 'string';
    return isOurs ? (notice as Notice) : undefined;
  } catch {
    return undefined;
  }
}
