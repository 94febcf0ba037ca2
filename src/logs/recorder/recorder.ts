import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Events } from '../../shared/events/index.js';
import { Backlog } from './backlog.js';
import type { Entry } from './entry.js';
import { LogWriter } from './log-writer.js';
import { Spool } from './spool.js';
import { callEntry, serverLogEntry, sessionEndEntry, sessionEntry } from './to-entry.js';

const BATCH = { rows: 500, bytes: 8 * 1024 * 1024 };
const LIMITS = { rows: 200_000, bytes: 256 * 1024 * 1024 };
const FLUSH_MS = 100;
const MAX_PAUSE_MS = 2000;

/**
 * Turns what happened into rows, in batches: after 100 ms, or as soon as 500 wait; until then it stands in the spool as
 * well. While the database is away nothing is lost and nothing written twice; what no longer fits is dropped from the
 * oldest end, and counted.
 */
@Injectable()
export class Recorder implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(Recorder.name);
  private readonly backlog = new Backlog(LIMITS);
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  /** True when it wrote everything it took. */
  private draining: Promise<boolean> | undefined;
  /** The database did not take something, or an earlier process left something. */
  private isLate = false;
  private closed = false;
  /** Entries dropped since the database was last caught up with. */
  private missing = 0;

  constructor(
    private readonly events: Events,
    private readonly writer: LogWriter,
    private readonly spool: Spool,
  ) {}

  onModuleInit(): void {
    for (const entry of this.spool.read()) {
      this.isLate = true;
      this.backlog.push(entry);
    }
    this.events.on('session.started', (event) => this.accept(sessionEntry(event)));
    this.events.on('call.finished', (event) => this.accept(callEntry(event)));
    this.events.on('session.ended', (event) => this.accept(sessionEndEntry(event)));
    this.events.on('server.logged', (event) => this.accept(serverLogEntry(event)));
    this.schedule();
  }

  /** Writes what waits; what the database does not take now, and what comes later, is in the spool for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    const reachable = (await this.draining) ?? true;
    if (reachable) await this.drain();
    this.closed = true;
    await this.writer.close();
  }

  private accept(entry: Entry): void {
    this.spool.append(entry);
    if (this.closed) return this.spool.flush();
    const dropped = this.backlog.push(entry);
    if (dropped > 0) this.countGap(dropped);
    this.schedule();
  }

  private schedule(): void {
    if (this.draining || this.stop.signal.aborted) return;
    if (this.backlog.length >= BATCH.rows) this.start();
    else if (this.backlog.length > 0) this.timer ??= setTimeout(() => this.start(), FLUSH_MS);
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.draining = this.drain().finally(() => {
      this.draining = undefined;
      this.schedule();
    });
  }

  /** Writes full batches one after the other, the first one even if it is not full; at the end of the process everything. */
  private async drain(): Promise<boolean> {
    do {
      const batch = this.backlog.take(BATCH);
      this.spool.cut();
      if (batch.length > 0 && !(await this.writeAtLast(batch))) return false;
      this.spool.written(batch.length);
    } while (this.backlog.length >= (this.stop.signal.aborted ? 1 : BATCH.rows));
    if (this.backlog.length === 0) this.caughtUp();
    return true;
  }

  /** Tries until it succeeds; false when the process ends before that. */
  private async writeAtLast(batch: readonly Entry[]): Promise<boolean> {
    for (let wait = FLUSH_MS; ; wait = Math.min(2 * wait, MAX_PAUSE_MS)) {
      try {
        await this.writer.write(batch);
        return true;
      } catch (error) {
        if (!this.isLate) this.noteLateness(error);
        if (this.stop.signal.aborted) return false;
        await pause(wait, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private noteLateness(error: unknown): void {
    this.isLate = true;
    this.logger.warn(`Calls wait to be recorded, the database does not take them: ${(error as Error).message}`);
  }

  private countGap(dropped: number): void {
    if (this.missing === 0) this.logger.error('Too much waits to be recorded: the oldest entries are dropped');
    this.missing += dropped;
  }

  private caughtUp(): void {
    this.spool.clear();
    if (!this.isLate && this.missing === 0) return;
    this.logger.log(`Everything that waited is recorded${this.missing > 0 ? `, except ${this.missing} entries` : ''}`);
    this.isLate = false;
    this.missing = 0;
  }
}
