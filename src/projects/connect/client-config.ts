import { Invalid } from '../../shared/errors/index.js';
import { CLIENT_KINDS, type ClientKind, type Target } from './client-kinds.js';

/** What a person needs to connect one client to one endpoint. */
export interface ClientConfig {
  readonly client: string;
  readonly label: string;
  readonly format: 'json';
  readonly filename: string;
  readonly paths: ClientKind['paths'];
  /** The text to paste. */
  readonly content: string;
  /** `null`: the client has none that does the same. */
  readonly commandLine: string | null;
  readonly deepLinks: readonly { readonly label: string; readonly url: string }[];
  readonly notes: readonly string[];
}

/** @throws Invalid naming the clients that are known. */
export function clientConfig(client: string | undefined, target: Target): ClientConfig {
  const kind = CLIENT_KINDS.find(({ id }) => id === client);
  if (!kind)
    throw new Invalid({ client: `Name one of these clients: ${CLIENT_KINDS.map(({ id }) => id).join(', ')}.` });
  return configOf(kind, target);
}

export function allClientConfigs(target: Target): ClientConfig[] {
  return CLIENT_KINDS.map((kind) => configOf(kind, target));
}

function configOf(kind: ClientKind, target: Target): ClientConfig {
  return {
    client: kind.id,
    label: kind.label,
    format: 'json',
    filename: kind.filename,
    paths: kind.paths,
    content: JSON.stringify(kind.config(target), null, 2),
    commandLine: kind.commandLine?.(target) ?? null,
    deepLinks: kind.deepLinks?.(target) ?? [],
    notes: kind.notes(target),
  };
}
