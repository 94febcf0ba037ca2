import type { FieldErrors } from '../../shared/errors/index.js';
import type { Registration } from '../registration.js';
import { asServerName } from '../server-name.js';
import { TRANSPORTS } from '../server.entity.js';
import type { ConfigEntry } from './config-shapes.js';
import { type Address, flattened, readAddress } from './entry-address.js';
import { type FoundSecret, ValueReader } from './entry-values.js';
import { asText, firstOf, type Members } from './values.js';

export interface ReadEntry {
  /** As it stood in the configuration. */
  readonly originalName: string;
  readonly registration: Registration;
  readonly warnings: readonly string[];
  readonly secrets: readonly FoundSecret[];
  readonly errors: FieldErrors;
}

/** As long as the names of the MCP Registry; shorter ones are cut to what a server may be called. */
const LONGEST_NAME = 200;

const KNOWN = new Set(
  (
    'name description type transportType transport command cmd args url serverUrl httpUrl uri env envs environment headers ' +
    'http_headers cwd disabled enabled timeout tool_timeout_sec envFile autoApprove alwaysAllow tools source'
  ).split(' '),
);

/** Turns one entry of whichever client into a registration, with what a person should know of it. */
export function readEntry(
  { name, entry: raw }: ConfigEntry,
  given: Readonly<Record<string, string>>,
  defaultTimeoutMs: number,
): ReadEntry {
  const entry = flattened(raw);
  const address = readAddress(entry);
  const reader = new ValueReader(given);
  const isProgram = address.transport === 'stdio';
  const registration: Registration = {
    name: asServerName(name),
    description: (asText(entry.description) ?? '').slice(0, 1000),
    transport: address.transport ?? (address.command === undefined ? 'streamable-http' : 'stdio'),
    command: isProgram && address.command !== undefined ? reader.plain(address.command) : null,
    args: isProgram ? reader.args(address.args) : [],
    cwd: isProgram ? placeOf(reader, entry) : null,
    url: !isProgram && address.url !== undefined ? reader.url(address.url) : null,
    env: isProgram ? reader.values('env', firstOf(entry, ['env', 'envs', 'environment'])) : {},
    headers: isProgram ? {} : reader.values('headers', firstOf(entry, ['headers', 'http_headers'])),
    timeoutMs: timeoutOf(entry) ?? defaultTimeoutMs,
    pool: 'shared',
    maxConnections: null,
    maxConcurrency: null,
    definitionPolicy: 'auto',
    enabled: entry.disabled !== true && entry.enabled !== false,
  };
  const warnings = [...renamed(name, registration.name), ...remarks(entry, address), ...reader.warnings];
  return {
    originalName: name,
    registration,
    warnings,
    secrets: reader.secrets,
    errors: { ...nameFault(name), ...faults(address, reader.secrets) },
  };
}

function placeOf(reader: ValueReader, entry: Members): string | null {
  const cwd = asText(entry.cwd);
  return cwd ? reader.plain(cwd) : null;
}

/** Cline counts seconds, Gemini milliseconds, Codex says which. */
function timeoutOf(entry: Members): number | undefined {
  const seconds = Number(entry.tool_timeout_sec ?? NaN);
  const timeout = Number(entry.timeout ?? NaN);
  const ms = seconds > 0 ? seconds * 1000 : timeout > 0 && timeout <= 3600 ? timeout * 1000 : timeout;
  return ms > 0 ? Math.min(Math.max(Math.round(ms), 1000), 3_600_000) : undefined;
}

function renamed(from: string, to: string): string[] {
  return from === to ? [] : [`"${from}" becomes "${to}": names are letters, digits, - and _.`];
}

function nameFault(name: string): FieldErrors {
  return name.length > LONGEST_NAME ? { name: `Use a name of at most ${LONGEST_NAME} characters.` } : {};
}

function remarks(entry: Members, address: Address): string[] {
  const unknown = Object.keys(entry).filter((key) => !KNOWN.has(key) && entry[key] !== undefined);
  const approvals = [entry.autoApprove, entry.alwaysAllow].some((list) => Array.isArray(list) && list.length > 0);
  return [
    address.assumed ? `The transport is not named: ${address.transport} is assumed from the URL.` : '',
    entry.envFile !== undefined ? 'envFile is not read: give its values as variables.' : '',
    approvals ? 'Automatic approval of tools stays a matter of the client and is not taken over.' : '',
    unknown.length > 0 ? `Not taken over: ${unknown.join(', ')}.` : '',
  ].filter((warning) => warning !== '');
}

function faults({ transport, word, command, url }: Address, secrets: readonly FoundSecret[]): FieldErrors {
  if (transport === undefined && word !== undefined) {
    return { transport: `"${word}" is not a transport we know: use one of ${TRANSPORTS.join(', ')}.` };
  }
  if (transport === undefined) return { transport: 'Give a command or a URL: nothing says how to reach this server.' };
  if (transport === 'stdio' && command === undefined) return { command: 'Give the command that starts this server.' };
  if (transport !== 'stdio' && url === undefined) return { url: 'Give the URL of this server.' };
  const variables = secrets.filter((secret) => secret.in === 'url').flatMap((secret) => secret.variables);
  return variables.length > 0 ? { url: `Write the URL without variables: ${variables.join(', ')} has no value.` } : {};
}
