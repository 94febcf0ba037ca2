import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';

const RECONNECT_MS = 500;

export interface NotificationHandlers {
  onMessage(payload: string): void;
  /** Listening (again): what was notified before this moment may have been missed. */
  onListening(): void;
}

/** LISTEN on one channel over a connection of its own, renewed whenever it breaks. */
export class Notifications {
  private readonly logger = new Logger(Notifications.name);
  private client: pg.Client | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly handlers: NotificationHandlers,
  ) {}

  /** Returns when it listens, or after the first attempt failed; further attempts go on behind. */
  async start(): Promise<void> {
    if (!(await this.connect())) void this.reconnect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.client?.end();
  }

  private async reconnect(): Promise<void> {
    this.logger.warn('Not listening for changes made by other replicas; they are polled for meanwhile');
    do await pause(RECONNECT_MS, undefined, { ref: false });
    while (!this.stopped && !(await this.connect()));
    if (!this.stopped) this.logger.log('Listening for changes again');
  }

  private async connect(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'mcp-orchestrator notifications',
      connectionTimeoutMillis: 2000,
      query_timeout: 2000,
      keepAlive: true,
    });
    client.on('error', (error) => this.logger.debug(error.message));
    client.on('notification', ({ payload }) => this.handlers.onMessage(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`);
    } catch {
      await client.end().catch(() => undefined);
      return false;
    }
    return this.use(client);
  }

  /** False when `stop` came while the client was connecting. */
  private async use(client: pg.Client): Promise<boolean> {
    if (this.stopped) {
      await client.end();
      return false;
    }
    client.once('end', () => void (this.stopped || this.reconnect()));
    this.client = client;
    this.handlers.onListening();
    return true;
  }
}
