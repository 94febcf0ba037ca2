import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sha256 } from '../shared/crypto/index.js';

/** So many guesses at once, then one each `everySeconds`. */
export interface Rate {
  readonly atOnce: number;
  readonly everySeconds: number;
}

/**
 * Leaky buckets in PostgreSQL, so that replicas count together. A bucket is the moment when it will be empty again; each
 * guess moves that moment on, in one statement, so that guesses sent at once cannot slip through.
 */
@Injectable()
export class GuessLimits {
  constructor(private readonly dataSource: DataSource) {}

  /** The seconds to wait; 0 when the guess was counted and may be made. */
  async take(bucket: string, rate: Rate): Promise<number> {
    const taken = await this.dataSource.query<unknown[]>(
      `INSERT INTO login_guesses AS guess (bucket, free_at) VALUES ($1, now() + make_interval(secs => $2))
       ON CONFLICT (bucket) DO UPDATE SET free_at = greatest(guess.free_at, now()) + make_interval(secs => $2)
         WHERE guess.free_at <= now() + make_interval(secs => $3)
       RETURNING 1`,
      [sha256(bucket), rate.everySeconds, slack(rate)],
    );
    return taken.length > 0 ? 0 : this.secondsToWait(bucket, rate);
  }

  /** Takes a guess back: it was right, so it was none. */
  async giveBack(bucket: string, rate: Rate): Promise<void> {
    await this.dataSource.query(
      'UPDATE login_guesses SET free_at = free_at - make_interval(secs => $2) WHERE bucket = $1',
      [sha256(bucket), rate.everySeconds],
    );
  }

  /** An empty bucket is as good as none. */
  async forgetEmptyBuckets(): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM login_guesses WHERE bucket IN
         (SELECT bucket FROM login_guesses WHERE free_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    );
  }

  private async secondsToWait(bucket: string, rate: Rate): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(
      `SELECT ceil(extract(epoch FROM free_at - now()) - $2)::int AS seconds FROM login_guesses WHERE bucket = $1`,
      [sha256(bucket), slack(rate)],
    );
    return Math.max(1, row?.seconds ?? 1);
  }
}

/** How far ahead the moment may lie when another guess is made. */
function slack({ atOnce, everySeconds }: Rate): number {
  return (atOnce - 1) * everySeconds;
}
