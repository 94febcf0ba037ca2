import { flag, integer, list, named, nullable, object, type Of, oneOf, record, text } from '../../shared/api/index.js';
import type { GivenValues } from '../registration.js';
import { maskedUrl } from '../server-secrets.js';
import { TRANSPORTS } from '../server.entity.js';
import { Arguments, ServerView, SetValues } from '../server.view.js';
import { ACTIONS, type PlannedServer } from './import-plan.js';

export const PlannedView = named('PlannedServer', {
  name: text(),
  originalName: text('As it stands in the configuration.'),
  description: text(),
  transport: oneOf(TRANSPORTS),
  command: nullable(text()),
  args: Arguments,
  cwd: nullable(text()),
  url: nullable(text()),
  env: SetValues,
  headers: SetValues,
  enabled: flag(),
  timeoutMs: integer(),
  action: oneOf(ACTIONS, '`rename`: the name is taken; `skip`: the same server is there already.'),
  warnings: list(text()),
  secrets: list(
    object({
      in: text(),
      name: text(),
      required: flag('Nothing is stored for it yet: without it the server cannot be reached.'),
      variables: list(object({ id: text('The name under which `secrets` takes its value.'), description: text() })),
    }),
  ),
  errors: record(text('What is wrong with the field.')),
});
export type PlannedView = Of<typeof PlannedView>;

export const ImportPreview = named('ImportPreview', { items: list(PlannedView), warnings: list(text()) });

export const Imported = named('Imported', {
  items: list(object({ name: text(), action: oneOf(ACTIONS), server: ServerView })),
});

/** One line of the preview; secrets that were found stay unsaid. */
export function plannedView({
  registration,
  originalName,
  action,
  warnings,
  secrets,
  errors,
}: PlannedServer): PlannedView {
  const { name, description, transport, command, args, cwd, url, env, headers, enabled, timeoutMs } = registration;
  return {
    ...{ name, originalName, description, transport, command, cwd, enabled, timeoutMs },
    args: args.map((arg) => (typeof arg === 'string' ? arg : { secret: true, set: typeof arg.value === 'string' })),
    url: url !== null && URL.canParse(url) ? maskedUrl(url) : url,
    env: given(env),
    headers: given(headers),
    ...{ action, warnings, secrets, errors },
  };
}

function given(values: GivenValues): SetValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { set: typeof value === 'string' }]));
}
