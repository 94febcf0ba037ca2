import { list, named, nullable, object, type Of, oneOf, text } from '../../shared/api/index.js';
import { Invalid } from '../../shared/errors/index.js';
import { CLIENT_KINDS, type ClientKind, type Target } from './client-kinds.js';

/** What a person needs to connect one client to one endpoint. */
export const ClientConfig = named('ClientConfig', {
  client: text(),
  label: text(),
  format: oneOf(['json']),
  filename: text(),
  paths: list(object({ on: text(), path: text() }), 'Where the file is.'),
  content: text('The text to paste.'),
  commandLine: nullable(text('null: the client has none that does the same.')),
  deepLinks: list(object({ label: text(), url: text() })),
  notes: list(text()),
});
export type ClientConfig = Of<typeof ClientConfig>;

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
