import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../shared/config/index.js';
import type { Entry } from './entry.js';

/** As much as the backlog may hold in memory. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Entries that the database could not take yet, one JSON line each, so that `kill -9` does not lose them. Without fsync:
 * a power cut may. Reading back more than is missing does no harm, since every entry is written at most once.
 */
@Injectable()
export class Spool {
  private readonly logger = new Logger(Spool.name);
  private readonly path: string;
  private file: number | undefined;
  private bytes = 0;
  private usable = true;

  constructor(@Inject(CONFIG) config: Config) {
    this.path = join(config.dataDir, 'recorder-spool.ndjson');
  }

  /** What an earlier process left behind, oldest first. */
  read(): Entry[] {
    try {
      return readFileSync(this.path, 'utf8').split('\n').flatMap(parsed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.giveUp(error);
      return [];
    }
  }

  append(entries: Iterable<Entry>): void {
    if (!this.usable) return;
    try {
      for (const entry of entries) this.appendOne(entry);
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** Everything that was appended has been written. */
  clear(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    rmSync(this.path, { force: true });
    this.bytes = 0;
    this.usable = true;
  }

  private appendOne(entry: Entry): void {
    const line = `${JSON.stringify(entry)}\n`;
    this.bytes += line.length;
    if (this.bytes > MAX_BYTES) throw new Error('it is full');
    this.file ??= this.open();
    writeSync(this.file, line);
  }

  /** The line that a crash may have cut short ends here, so that it spoils no other. */
  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = openSync(this.path, 'a', 0o600);
    writeSync(file, '\n');
    return file;
  }

  private giveUp(error: unknown): void {
    this.usable = false;
    this.logger.error(`Calls wait in memory only, ${this.path} cannot be used: ${(error as Error).message}`);
  }
}

function parsed(line: string): Entry[] {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}
