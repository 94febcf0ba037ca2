import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isEmail } from 'class-validator';
import type { Config } from './config.js';

type Environment = Record<string, string | undefined>;

export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings are not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Reads one setting after another and collects what is wrong, so that the operator sees every fault at once. */
class Reader {
  readonly faults: string[] = [];
  readonly files = new Set<string>();

  constructor(private readonly environment: Environment) {}

  text(name: string): string | undefined {
    const file = this.environment[`${name}_FILE`];
    const value = this.environment[name];
    if (!file) return value?.trim() || undefined;
    this.files.add(resolve(file));
    if (value) this.faults.push(`${name} and ${name}_FILE are both set: keep one of them`);
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch (error) {
      this.faults.push(`${name}_FILE cannot be read: ${(error as Error).message}`);
      return undefined;
    }
  }

  integer(name: string, fallback: number, [least, most]: [number, number]): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    this.faults.push(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
    return fallback;
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const word = words.find((candidate) => candidate === text);
    if (!word) this.faults.push(`${name} must be one of ${words.join(', ')}, not "${text}"`);
    return word ?? fallback;
  }

  url(name: string, fallback: string | undefined, protocols: readonly string[]): URL | undefined {
    const text = this.text(name) ?? fallback;
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && protocols.includes(url.protocol)) return url;
    this.faults.push(`${name} must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return undefined;
  }

  /** Scheme, host and port; what is more would be part of no link that we make. */
  origin(name: string, fallback: string): URL | undefined {
    const url = this.url(name, fallback, ['http:', 'https:']);
    if (!url || url.href === `${url.origin}/`) return url;
    this.faults.push(`${name} must be an origin such as https://mcp.example.com, without path, query or password`);
    return undefined;
  }

  email(name: string): string | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text !== undefined && !isEmail(text)) this.faults.push(`${name} must be an e-mail address, not "${text}"`);
    return text;
  }

  networks(name: string, { ports }: { ports: boolean }): string[] {
    const entries = (this.text(name) ?? '').split(',').flatMap((entry) => entry.trim() || []);
    for (const entry of entries) {
      if (!isNetwork(entry, ports)) this.faults.push(`${name}: "${entry}" is not a network such as 10.0.0.0/8`);
    }
    return entries;
  }

  secret(name: string, isLongEnough: (value: string) => boolean, rule: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !isLongEnough(value)) this.faults.push(`${name} must be ${rule}`);
    return value;
  }
}

function isNetwork(entry: string, ports: boolean): boolean {
  const [, address, bits, port] = /^\[?([0-9a-fA-F.:]+?)\]?\/(\d{1,3})(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const family = isIP(address ?? '');
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128) && (port === undefined || (ports && +port < 65536));
}

/** The sealing key's 32 bytes; `undefined` when the text is neither their base64 nor their hex. */
export function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** @throws ConfigError naming every fault. */
export function readConfig(environment: Environment = process.env): Config {
  const read = new Reader(environment);
  const env = read.oneOf('NODE_ENV', ['production', 'development', 'test'], 'production');
  const port = read.integer('PORT', 3000, [0, 65535]);
  const config = {
    env,
    port,
    host: read.text('HOST') ?? '127.0.0.1',
    publicUrl: read.origin('PUBLIC_URL', `http://localhost:${port}`),
    databaseUrl: read.url('DATABASE_URL', undefined, ['postgres:', 'postgresql:'])?.href,
    dataDir: resolve(read.text('DATA_DIR') ?? '.data'),
    jwtSecret: read.secret('JWT_SECRET', (value) => value.length >= 32, 'at least 32 characters long'),
    encryptionKey: read.secret('ENCRYPTION_KEY', (value) => !!decodeKey(value), '32 bytes in base64 or hex'),
    signup: read.oneOf('SIGNUP', ['open', 'invited', 'closed'], 'open'),
    initialAdminEmail: read.email('INITIAL_ADMIN_EMAIL'),
    stdioPolicy: read.oneOf('STDIO_POLICY', ['admin', 'owner', 'developer'], 'admin'),
    upstreamAllowedNetworks: read.networks('UPSTREAM_ALLOWED_NETWORKS', { ports: true }),
    trustedProxies: read.networks('TRUSTED_PROXIES', { ports: false }),
    maxMessageBytes: read.integer('MAX_MESSAGE_BYTES', 104_857_600, [1024, 2 ** 30]),
    callTimeoutMs: read.integer('CALL_TIMEOUT_MS', 60_000, [100, 86_400_000]),
    sessionIdleMinutes: read.integer('SESSION_IDLE_MINUTES', 30, [1, 10_080]),
    logRetentionDays: read.integer('LOG_RETENTION_DAYS', 30, [1, 3650]),
    statusCheckSeconds: read.integer('STATUS_CHECK_SECONDS', 300, [60, 3600]),
    logLevel: read.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    otelEndpoint: read.url('OTEL_EXPORTER_OTLP_ENDPOINT', undefined, ['http:', 'https:'])?.href,
  };
  if (env === 'production' && config.databaseUrl) {
    for (const [name, value] of Object.entries({
      JWT_SECRET: config.jwtSecret,
      ENCRYPTION_KEY: config.encryptionKey,
    })) {
      if (!value) read.faults.push(`${name} is required with DATABASE_URL in production: every replica must share it`);
    }
  }
  if (read.faults.length > 0 || !config.publicUrl) throw new ConfigError(read.faults);
  return Object.freeze({ ...config, publicUrl: config.publicUrl, secretFiles: [...read.files] });
}
