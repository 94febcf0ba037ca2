/** Where the PostgreSQL is that the process works on. */
export interface Database {
  readonly url: string;
}

export interface RunningDatabase extends Database {
  /** Stops it, when this process started it. Close the data source before. */
  stop(): Promise<void>;
}
