/** A PostgreSQL that runs. */
export interface Database {
  readonly url: string;
  /** Stops it, when this process started it. */
  stop(): Promise<void>;
}
