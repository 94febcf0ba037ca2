import type { GivenValues } from '../registration.js';
import { maskedUrl } from '../server-secrets.js';
import type { SetValues } from '../server.view.js';
import type { PlannedServer } from './import-plan.js';

/** One line of the preview; secrets that were found stay unsaid. */
export function plannedView({ registration, originalName, action, warnings, secrets, errors }: PlannedServer): object {
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
