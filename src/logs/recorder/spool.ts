import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../shared/config/index.js';
import type { Entry } from './entry.js';

/** As much as the backlog may hold in memory. */
const MAX_BYTES = 256 * 1024 * 1024;
const NAME = /^recorder-spool.*\.ndjson$/;

/** A file of entries, one JSON line each; how many of them the database has not got yet. */
interface Segment {
  readonly path: string;
  waiting: number;
}

/**
 * What the database has not got yet, so that `kill -9` loses nothing: entries are in a file at the end of the turn of the
 * event loop in which they came, before their answers go out. Without fsync: a power cut may lose what the disk had not
 * got. Reading back more than is missing does no harm, since every entry is written at most once.
 */
@Injectable()
export class Spool {
  private readonly logger = new Logger(Spool.name);
  /** Oldest first; entries leave in the order they came. */
  private segments: Segment[] = [];
  /** The last segment, while it is written to. */
  private open: { readonly segment: Segment; readonly file: number } | undefined;
  private lines = '';
  private count = 0;
  private bytes = 0;
  private opened = 0;
  private usable = true;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'dataDir'>) {}

  /** What an earlier process left behind, oldest first. */
  read(): Entry[] {
    try {
      return this.left().flatMap((name) => this.readSegment(join(this.config.dataDir, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.giveUp(error);
      return [];
    }
  }

  append(entry: Entry): void {
    if (!this.usable) return;
    this.lines += `${JSON.stringify(entry)}\n`;
    if (this.count++ === 0) setImmediate(this.flush);
  }

  /** Puts into the file what was appended. */
  readonly flush = (): void => {
    if (this.count === 0) return;
    const { lines, count } = this;
    this.lines = '';
    this.count = 0;
    try {
      this.bytes += lines.length;
      if (this.bytes > MAX_BYTES) throw new Error('it is full');
      const { segment, file } = (this.open ??= this.begin());
      writeSync(file, lines);
      segment.waiting += count;
    } catch (error) {
      this.giveUp(error);
    }
  };

  /** What comes next is in another file, so that this one can go when the database has what is in it. */
  cut(): void {
    this.flush();
    if (this.open) closeSync(this.open.file);
    this.open = undefined;
  }

  /** The database has so many entries more, the oldest ones. */
  written(count: number): void {
    for (let left = this.usable ? count : 0; left > 0 && this.segments[0];) {
      const [oldest] = this.segments;
      const taken = Math.min(left, oldest.waiting);
      oldest.waiting -= taken;
      left -= taken;
      if (oldest.waiting > 0 || oldest === this.open?.segment) return;
      this.segments.shift();
      rmSync(oldest.path, { force: true });
    }
  }

  /** The database has everything that was appended. */
  clear(): void {
    this.cut();
    for (const { path } of this.segments) rmSync(path, { force: true });
    this.segments = [];
    this.bytes = 0;
    this.usable = true;
  }

  private left(): string[] {
    return readdirSync(this.config.dataDir)
      .filter((name) => NAME.test(name))
      .toSorted();
  }

  private readSegment(path: string): Entry[] {
    const entries = readFileSync(path, 'utf8').split('\n').flatMap(parsed);
    this.segments.push({ path, waiting: entries.length });
    return entries;
  }

  private begin(): NonNullable<Spool['open']> {
    const { dataDir } = this.config;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // Named so that they sort by age, also over the starts of the process.
    const number = String(this.opened++).padStart(9, '0');
    const path = join(dataDir, `recorder-spool-${Date.now()}-${number}.ndjson`);
    const segment = { path, waiting: 0 };
    const file = openSync(path, 'ax', 0o600);
    this.segments.push(segment);
    return { segment, file };
  }

  private giveUp(error: unknown): void {
    this.usable = false;
    const reason = (error as Error).message;
    this.logger.error(`Calls wait in memory only, the spool in ${this.config.dataDir} cannot be used: ${reason}`);
  }
}

/** The last line may have been cut short by a crash. */
function parsed(line: string): Entry[] {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}
