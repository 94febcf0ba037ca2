import type { Transport } from '../server.entity.js';
import { asText, firstOf, isObject, type Members } from './values.js';

const TRANSPORT_WORDS: Record<string, Transport> = {
  stdio: 'stdio',
  local: 'stdio',
  sse: 'sse',
  http: 'streamable-http',
  streamablehttp: 'streamable-http',
  remote: 'streamable-http',
};

export interface Address {
  /** `undefined`: the word is not known, or nothing tells. */
  readonly transport: Transport | undefined;
  /** The word as written. */
  readonly word: string | undefined;
  readonly assumed: boolean;
  readonly command: string | undefined;
  readonly args: readonly unknown[];
  readonly url: string | undefined;
}

/** How an entry says where its server is, whichever client wrote it. */
export function readAddress(entry: Members): Address {
  const { command, args } = commandOf(entry);
  const url = asText(firstOf(entry, ['url', 'serverUrl', 'httpUrl', 'uri']));
  const word = asText(firstOf(entry, ['type', 'transportType', 'transport']));
  const known = word === undefined ? undefined : TRANSPORT_WORDS[word.toLowerCase().replace(/[-_\s]/g, '')];
  const assumed = word === undefined && url !== undefined && command === undefined && entry.httpUrl === undefined;
  return { transport: word === undefined ? guessed(command, url) : known, word, assumed, command, args, url };
}

function guessed(command: string | undefined, url: string | undefined): Transport | undefined {
  if (command !== undefined) return 'stdio';
  if (url === undefined) return undefined;
  return /\/sse\/?(?:\?|$)/.test(url) ? 'sse' : 'streamable-http';
}

/** A text, opencode's list, or Zed's `{path, args}`; `cmd /c npx` of Windows is `npx` here. */
function commandOf(entry: Members): { command: string | undefined; args: readonly unknown[] } {
  const given = firstOf(entry, ['command', 'cmd']);
  const own: readonly unknown[] = Array.isArray(entry.args) ? entry.args : [];
  const [program, ...rest]: readonly unknown[] = Array.isArray(given) ? (given as unknown[]) : [given];
  const nested = isObject(program) ? program : undefined;
  const inner = nested && Array.isArray(nested.args) ? (nested.args as unknown[]) : [];
  const command = asText(nested ? nested.path : program);
  const args = [...rest, ...inner, ...own];
  const isWindowsShell = /^cmd(?:\.exe)?$/i.test(command ?? '') && /^\/c$/i.test(asText(args[0]) ?? '');
  return isWindowsShell ? { command: asText(args[1]), args: args.slice(2) } : { command, args };
}

/** Cline's command line writes `{"transport": {"type": …, "url": …}}`. */
export function flattened(entry: Members): Members {
  return isObject(entry.transport) ? { ...entry, transport: undefined, ...entry.transport } : entry;
}
