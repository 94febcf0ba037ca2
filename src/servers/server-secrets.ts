import { Injectable } from '@nestjs/common';
import { Sealer } from '../shared/crypto/index.js';
import { Invalid } from '../shared/errors/index.js';
import { type GivenArgument, type GivenValues, type Kept, NEEDED, type Registration } from './registration.js';
import { looksSecret } from './secret-names.js';
import type { McpServer, SealedValues, StoredArgument } from './server.entity.js';
import type { UpstreamTarget } from './upstream/index.js';

type Stored = Pick<McpServer, 'id' | 'args' | 'env' | 'headers' | 'url' | 'sealedUrl'>;

/** Seals what people give and opens it for the links; nothing else sees the values (Security S10). */
@Injectable()
export class ServerSecrets {
  constructor(private readonly sealer: Sealer) {}

  /** `stored`: what the server holds already, for the values that are kept. */
  seal(id: string, given: Registration, stored?: Stored): Omit<Stored, 'id'> {
    return {
      env: this.sealValues(id, 'env', given.env, stored?.env ?? {}),
      headers: this.sealValues(id, 'headers', given.headers, stored?.headers ?? {}),
      args: given.args.map((arg, at) => this.sealArgument(id, arg, at, stored?.args ?? [])),
      ...this.sealUrl(id, given.url, stored),
    };
  }

  /** @throws SealError when the sealing key is another one. */
  open(server: McpServer): UpstreamTarget {
    const { id, projectId, name, revision, transport, timeoutMs, maxConnections } = server;
    const facts = { serverId: id, projectId, name, transport, timeoutMs, maxConnections };
    const target = { ...facts, revision: `${revision}` };
    if (transport !== 'stdio') {
      const url = this.openUrl(server);
      return { ...target, url, headers: this.openValues(id, 'headers', server.headers), secrets: secretsIn(url) };
    }
    const args = server.args.map((arg, at) => this.openArgument(id, arg, at));
    return {
      ...target,
      command: server.command ?? '',
      args,
      env: this.openValues(id, 'env', server.env),
      secrets: args.filter((_, at) => typeof server.args[at] !== 'string'),
      ...(server.cwd !== null && { cwd: server.cwd }),
    };
  }

  private sealValues(id: string, kind: string, given: GivenValues, stored: SealedValues): SealedValues {
    const entries = Object.entries(given).flatMap(([name, value]): [string, string | null][] => {
      if (value === null) return [];
      const kept = Object.hasOwn(stored, name) ? (stored[name] ?? null) : null;
      return [[name, typeof value === 'string' ? this.sealer.seal(value, context(id, kind, name)) : kept]];
    });
    return Object.fromEntries(entries);
  }

  private sealArgument(
    id: string,
    given: GivenArgument,
    at: number,
    stored: readonly StoredArgument[],
  ): StoredArgument {
    if (typeof given === 'string') return given;
    if (typeof given.value === 'string') return { sealed: this.sealer.seal(given.value, context(id, 'args', `${at}`)) };
    const kept = stored[at];
    if (typeof kept === 'object') return kept;
    if (given.value.set)
      throw new Invalid({ args: `Give the secret argument ${at + 1} again: it stood at another place.` });
    return { sealed: null };
  }

  private sealUrl(id: string, url: string | null, stored: Stored | undefined): Pick<Stored, 'url' | 'sealedUrl'> {
    if (url === null) return { url, sealedUrl: null };
    if (stored?.url === url) return { url, sealedUrl: stored.sealedUrl };
    const masked = maskedUrl(url);
    return { url: masked, sealedUrl: masked === url ? null : this.sealer.seal(url, context(id, 'url', '')) };
  }

  private openUrl({ id, url, sealedUrl }: McpServer): string {
    return sealedUrl === null ? (url ?? '') : this.sealer.open(sealedUrl, context(id, 'url', ''));
  }

  private openValues(id: string, kind: string, values: SealedValues): Record<string, string> {
    const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null);
    return Object.fromEntries(given.map(([name, sealed]) => [name, this.sealer.open(sealed, context(id, kind, name))]));
  }

  private openArgument(id: string, arg: StoredArgument, at: number): string {
    if (typeof arg === 'string') return arg;
    return arg.sealed === null ? '' : this.sealer.open(arg.sealed, context(id, 'args', `${at}`));
  }
}

function context(id: string, kind: string, name: string): string {
  return `mcp_servers|${id}|${kind}|${name}`;
}

/** The URL as it may be shown: values of its query that look like secrets are `***`. */
export function maskedUrl(text: string): string {
  const url = new URL(text);
  const secrets = secretParameters(url);
  if (secrets.length === 0) return text;
  for (const [name] of secrets) url.searchParams.set(name, '***');
  return url.href;
}

function secretsIn(url: string): string[] {
  return URL.canParse(url) ? secretParameters(new URL(url)).map(([, value]) => value) : [];
}

function secretParameters({ searchParams }: URL): [name: string, value: string][] {
  return [...searchParams].filter(([name, value]) => looksSecret(name) && value !== '' && value !== '***');
}

/** What a registration says of a stored server, so that changes can be laid over it. */
export function registrationOf(server: McpServer): Registration {
  const kept = (values: SealedValues): Record<string, Kept> =>
    Object.fromEntries(
      Object.entries(values).map(([name, sealed]) => [name, sealed === null ? NEEDED : { set: true }]),
    );
  const { name, description, transport, command, cwd, url, timeoutMs, pool, definitionPolicy, enabled } = server;
  const { maxConnections, maxConcurrency } = server;
  return {
    ...{ name, description, transport, command, cwd, url, timeoutMs, pool, definitionPolicy, enabled },
    ...{ maxConnections, maxConcurrency },
    env: kept(server.env),
    headers: kept(server.headers),
    args: server.args.map((arg) =>
      typeof arg === 'string' ? arg : { secret: true, value: arg.sealed === null ? NEEDED : { set: true } },
    ),
  };
}
