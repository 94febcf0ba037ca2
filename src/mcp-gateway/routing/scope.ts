import { fieldsOf, parse, textOf } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from './sources.js';

const SERVER = 'server:';
const READ_ONLY = 'tools:read';

/** What a key opens less than its whole project. */
export interface Scope {
  /** The same for the same scope. */
  readonly key: string;
  /** Ids; `undefined`: every server. */
  readonly servers: ReadonlySet<string> | undefined;
  /** Only tools whose server says that they change nothing (`annotations.readOnlyHint`). */
  readonly readOnly: boolean;
}

/** `undefined`: the whole project. */
export function scopeOf(scopes: readonly string[]): Scope | undefined {
  const servers = scopes.filter((scope) => scope.startsWith(SERVER)).map((scope) => scope.slice(SERVER.length));
  const readOnly = scopes.includes(READ_ONLY);
  if (servers.length === 0 && !readOnly) return undefined;
  const key = scopes.toSorted().join(' ');
  return { key, servers: servers.length > 0 ? new Set(servers) : undefined, readOnly };
}

/** The servers as the scope shows them: a tool beyond it is as good as switched off. */
export function withinScope(servers: readonly ServerRecord[], scope: Scope): ServerRecord[] {
  const shown = servers.filter(({ id }) => scope.servers?.has(id) ?? true);
  return scope.readOnly ? shown.map(readOnly) : shown;
}

function readOnly(server: ServerRecord): ServerRecord {
  const tools = server.tools.map((tool) => ({ ...tool, enabled: tool.enabled && changesNothing(tool.definition) }));
  return { ...server, tools };
}

function changesNothing(definition: string): boolean {
  const bytes = Buffer.from(definition);
  try {
    const [annotations] = fieldsOf(bytes, ['annotations']);
    const hints = annotations && (parse(textOf(bytes, annotations)) as { readOnlyHint?: unknown } | null);
    return hints?.readOnlyHint === true;
  } catch {
    return false;
  }
}
