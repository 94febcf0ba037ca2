/** What the process was told by its environment, checked once at start. Every setting is described in .env.example. */
export interface Config {
  readonly env: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** Origin that people and clients use, without a trailing slash; never taken from the Host header. */
  readonly publicUrl: URL;
  /** `undefined`: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Absolute paths of the files that were named by `NAME_FILE` settings. */
  readonly secretFiles: readonly string[];
  /** `undefined`: generated into `dataDir`. */
  readonly jwtSecret: string | undefined;
  /** 32 bytes in base64 or hex; `undefined`: generated into `dataDir`. */
  readonly encryptionKey: string | undefined;
  readonly signup: 'open' | 'invited' | 'closed';
  readonly initialAdminEmail: string | undefined;
  readonly stdioPolicy: 'admin' | 'owner' | 'developer';
  /** `CIDR` or `CIDR:port`, as given. */
  readonly upstreamAllowedNetworks: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly maxMessageBytes: number;
  readonly callTimeoutMs: number;
  readonly sessionIdleMinutes: number;
  readonly logRetentionDays: number;
  readonly statusCheckSeconds: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly otelEndpoint: string | undefined;
}

/** Injection token of the one Config. */
export const CONFIG = Symbol('Config');
