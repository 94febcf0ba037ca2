import type { FieldErrors } from '../shared/errors/index.js';
import type { GivenArgument, GivenValues, Registration } from './registration.js';
import type { McpServer, SealedValues } from './server.entity.js';

/**
 * Names of variables that decide which programs and libraries run, or by which way they are fetched. No such list is
 * complete: whoever may change programs may run their own, and this keeps stored values out of the well-known ways.
 */
const STEERING =
  /^(?:PATH|HOME|SHELL|ENV|BASH_ENV|(?:LD|DYLD|NPM_CONFIG|GIT|UV|PIP|DENO|BUN|DOTNET|DOCKER)_.*|NODE_(?!ENV$).*|(?:PYTHON|RUBY|PERL|JAVA|JDK).*|.*_PROXY)$/i;

/**
 * Stored secrets that a change would send somewhere new: nobody may read one by having it sent to a place of their own,
 * so each must be given again or removed.
 */
export function movedSecretFaults(given: Registration, stored: McpServer): FieldErrors {
  if (given.transport === 'stdio') return programFaults(given, stored, programChange(given, stored));
  if (originOf(given.url) === originOf(stored.url)) return {};
  return { ...valueFaults('headers', given.headers, stored.headers, 'address has'), ...urlFault(given, stored) };
}

/** What makes it another program: `npx` and `node` are one command for all of them. */
function programChange(given: Registration, stored: McpServer): string | undefined {
  if (given.command !== stored.command) return 'command has';
  if (given.cwd !== stored.cwd) return 'folder has';
  if (!isSameArguments(given, stored)) return 'arguments have';
  const steering = Object.keys(given.env).find((name) => STEERING.test(name) && typeof given.env[name] === 'string');
  return steering && `variable ${steering} has`;
}

/** A secret argument that was waited for may come. */
function isSameArguments({ args }: Registration, stored: McpServer): boolean {
  const isSame = (arg: GivenArgument, place: number) => {
    const before = stored.args[place];
    if (typeof arg === 'string' || typeof before === 'string') return arg === before;
    return before?.sealed === null || typeof arg.value !== 'string';
  };
  return args.length === stored.args.length && args.every(isSame);
}

function programFaults({ env, args }: Registration, stored: McpServer, change: string | undefined): FieldErrors {
  if (change === undefined) return {};
  const at = args.findIndex((arg, place) => typeof arg !== 'string' && isStored(arg.value, sealedAt(stored, place)));
  return {
    ...valueFaults('env', env, stored.env, change),
    ...(at >= 0 && { args: `Give the secret argument ${at + 1} again: the server's ${change} changed.` }),
  };
}

function valueFaults(kind: string, given: GivenValues, stored: SealedValues, change: string): FieldErrors {
  const kept = Object.entries(given).filter(
    ([name, value]) => Object.hasOwn(stored, name) && isStored(value, stored[name]),
  );
  return Object.fromEntries(
    kept.map(([name]) => [`${kind}.${name}`, `Give this value again: the server's ${change} changed.`]),
  );
}

/** The page shows a secret of the URL as `***`: sent to the new address, that would be the secret from now on. */
function urlFault({ url }: Registration, { sealedUrl }: McpServer): FieldErrors {
  const isMasked = sealedUrl !== null && url !== null && [...new URL(url).searchParams.values()].includes('***');
  return isMasked ? { url: "Give the secrets in the URL again: the server's address has changed." } : {};
}

function originOf(url: string | null): string | null {
  return url === null ? null : new URL(url).origin;
}

function sealedAt({ args }: McpServer, place: number): string | null {
  const arg = args[place];
  return typeof arg === 'object' ? arg.sealed : null;
}

function isStored(given: GivenValues[string], sealed: string | null | undefined): boolean {
  return typeof given !== 'string' && given !== null && typeof sealed === 'string';
}
