import type { FieldErrors } from '../shared/errors/index.js';
import type { GivenValues, Registration } from './registration.js';
import type { McpServer, SealedValues } from './server.entity.js';

/**
 * Stored secrets that a change would send somewhere new: nobody may read one by having it sent to a place of their own,
 * so each must be given again or removed.
 */
export function movedSecretFaults(given: Registration, stored: McpServer): FieldErrors {
  if (given.transport === 'stdio') return given.command === stored.command ? {} : programFaults(given, stored);
  if (originOf(given.url) === originOf(stored.url)) return {};
  return { ...valueFaults('headers', given.headers, stored.headers, 'address'), ...urlFault(given, stored) };
}

function programFaults({ env, args }: Registration, stored: McpServer): FieldErrors {
  const at = args.findIndex((arg, place) => typeof arg !== 'string' && isStored(arg.value, sealedAt(stored, place)));
  return {
    ...valueFaults('env', env, stored.env, 'command'),
    ...(at >= 0 && { args: `Give the secret argument ${at + 1} again: the server's command has changed.` }),
  };
}

function valueFaults(kind: string, given: GivenValues, stored: SealedValues, what: string): FieldErrors {
  const kept = Object.entries(given).filter(
    ([name, value]) => Object.hasOwn(stored, name) && isStored(value, stored[name]),
  );
  return Object.fromEntries(
    kept.map(([name]) => [`${kind}.${name}`, `Give this value again: the server's ${what} has changed.`]),
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
