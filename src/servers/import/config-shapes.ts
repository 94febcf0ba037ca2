import { Invalid } from '../../shared/errors/index.js';
import { type Members, firstOf, isObject } from './values.js';

export interface ConfigEntry {
  readonly name: string;
  readonly entry: Members;
}

export interface Config {
  readonly entries: readonly ConfigEntry[];
  /** What VS Code asks people for, by the id that `${input:id}` names. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** Clients' names for their map of servers; Zed, Codex, opencode and Goose after the common ones. */
const ROOTS = ['mcpServers', 'servers', 'context_servers', 'mcp_servers', 'mcp', 'extensions'];

/** More than anybody's configuration has: each is looked up, checked and given a name of its own. */
const MOST_ENTRIES = 200;

/** What makes an object one server rather than a map of servers. */
const ADDRESSES = ['command', 'cmd', 'url', 'serverUrl', 'httpUrl', 'uri'];

/**
 * Finds the servers in every shape that clients write: a root with a map or list, a map, a list, one entry.
 * @throws Invalid for the field `text` when there is none, or too many.
 */
export function readShape(document: unknown): Config {
  const root = unwrapped(document);
  const entries = entriesIn(root);
  if (entries.length === 0) {
    throw new Invalid({
      text: 'No server was found: paste a configuration with "mcpServers" or "servers", or one entry.',
    });
  }
  if (entries.length > MOST_ENTRIES) {
    throw new Invalid({ text: `These are ${entries.length} servers: paste at most ${MOST_ENTRIES} at once.` });
  }
  return { entries, inputs: inputsIn(document, root) };
}

/** Old VS Code settings hold `{"mcp": {"servers": …, "inputs": …}}`. */
function unwrapped(document: unknown): unknown {
  const nested = isObject(document) ? document.mcp : undefined;
  return isObject(nested) && isObject(nested.servers) && !isEntry(nested.servers) ? nested : document;
}

function entriesIn(root: unknown): ConfigEntry[] {
  if (Array.isArray(root)) return listed(root);
  if (!isObject(root)) return [];
  const map = firstOf(root, ROOTS);
  if (Array.isArray(map)) return listed(map);
  if (isObject(map) && !isEntry(map)) return mapped(map);
  return isEntry(root) ? listed([root]) : mapped(root);
}

function mapped(map: Members): ConfigEntry[] {
  const entries = Object.entries(map);
  const stray = entries.find(([, entry]) => !isObject(entry));
  if (stray) throw new Invalid({ text: `"${stray[0]}" is not an entry of a server: each one is an object in braces.` });
  return entries.map(([name, entry]) => ({ name, entry: entry as Members }));
}

function listed(list: readonly unknown[]): ConfigEntry[] {
  return list.filter(isObject).map((entry) => ({ name: nameOf(entry), entry }));
}

function isEntry(value: Members): boolean {
  return ADDRESSES.some((key) => typeof value[key] === 'string') || isObject(value.transport);
}

/** A single entry seldom says its name: its package or host is the best guess. */
function nameOf(entry: Members): string {
  if (typeof entry.name === 'string' && entry.name !== '') return entry.name;
  const url = firstOf(entry, ['url', 'serverUrl', 'httpUrl', 'uri']);
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url).hostname;
  const args: readonly unknown[] = Array.isArray(entry.args) ? entry.args : [];
  const program = args.find((arg) => typeof arg === 'string' && !arg.startsWith('-')) ?? entry.command;
  return typeof program === 'string'
    ? (program
        .replace(/@[\d.]+$|@latest$/, '')
        .split('/')
        .at(-1) ?? '')
    : 'server';
}

function inputsIn(...candidates: readonly unknown[]): Map<string, string> {
  const inputs = candidates.flatMap((value) =>
    isObject(value) && Array.isArray(value.inputs) ? (value.inputs as unknown[]) : [],
  );
  return new Map(
    inputs.filter(isObject).flatMap(({ id, description }) => {
      return typeof id === 'string' ? [[id, typeof description === 'string' ? description : id] as const] : [];
    }),
  );
}
