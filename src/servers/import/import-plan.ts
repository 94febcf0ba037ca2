import { maskedUrl } from '../server-secrets.js';
import { freeName } from '../server-name.js';
import type { McpServer } from '../server.entity.js';
import type { Registration } from '../registration.js';
import type { ReadEntry } from './config-entry.js';

export const ACTIONS = ['create', 'rename', 'skip'] as const;

export interface PlannedSecret {
  readonly in: string;
  readonly name: string;
  /** Nothing is stored for it yet: without it the server cannot be reached. */
  readonly required: boolean;
  /** Ids under which `secrets` takes its value, with what the configuration says of them. */
  readonly variables: readonly { readonly id: string; readonly description: string }[];
}

export interface PlannedServer extends Omit<ReadEntry, 'secrets'> {
  /** `rename`: the name is taken; `skip`: the same server is there already. */
  readonly action: (typeof ACTIONS)[number];
  /** The server of that name that is there already. */
  readonly twin: McpServer | undefined;
  readonly secrets: readonly PlannedSecret[];
}

/** Decides about each entry against what the project has; entries of one document do not take each other's names. */
export function planned(
  entries: readonly ReadEntry[],
  existing: readonly McpServer[],
  inputs: ReadonlyMap<string, string>,
): PlannedServer[] {
  const taken = new Set(existing.map(({ name }) => name.toLowerCase()));
  return entries.map((entry) => {
    const { registration } = entry;
    const twin = existing.find(({ name }) => name.toLowerCase() === registration.name.toLowerCase());
    const secrets = secretsOf(entry, inputs);
    if (twin && isSame(registration, twin)) return { ...entry, action: 'skip', twin, secrets };
    const name = freeName(registration.name, taken);
    taken.add(name.toLowerCase());
    const warning = `The name "${registration.name}" is taken: this one becomes "${name}".`;
    if (name === registration.name) return { ...entry, action: 'create', twin, secrets };
    const warnings = [...entry.warnings, warning];
    return { ...entry, registration: { ...registration, name }, warnings, action: 'rename', twin, secrets };
  });
}

function secretsOf({ secrets }: ReadEntry, inputs: ReadonlyMap<string, string>): PlannedSecret[] {
  return secrets.map(({ in: place, name, variables }) => ({
    in: place,
    name,
    required: variables.length > 0,
    variables: variables.map((id) => ({ id, description: inputs.get(id) ?? id })),
  }));
}

/** Reached in the same way, as far as can be told without secrets. */
function isSame(given: Registration, stored: McpServer): boolean {
  const url = given.url !== null && URL.canParse(given.url) ? maskedUrl(given.url) : given.url;
  const plain = (args: readonly unknown[]) => JSON.stringify(args.map((arg) => (typeof arg === 'string' ? arg : null)));
  return (
    given.transport === stored.transport &&
    given.command === stored.command &&
    url === stored.url &&
    plain(given.args) === plain(stored.args)
  );
}
