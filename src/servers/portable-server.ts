import type { Registration } from './registration.js';
import type { McpServer } from './server.entity.js';
import { registrationOf } from './server-secrets.js';

const MASKED = /[?&][^=&#]+=(\*|%2A){3}(?=[&#]|$)/i;

/** A server as it leaves its project: values are missing, names stay. */
export function portable(server: McpServer): object {
  const { env, headers, args, ...rest } = registrationOf(server);
  const plain = Object.entries(rest).filter(([, value]) => value !== null && value !== '');
  const isProgram = server.transport === 'stdio';
  return {
    ...Object.fromEntries(plain),
    ...(isProgram ? { args: args.map(withoutValue), env: namesOf(env) } : { headers: namesOf(headers) }),
  };
}

/** A URL whose secret was masked leads nowhere until somebody gives it again. */
export function unlessMasked(given: Registration): Registration {
  return given.url !== null && MASKED.test(given.url) ? { ...given, enabled: false } : given;
}

function withoutValue(arg: Registration['args'][number]): unknown {
  return typeof arg === 'string' ? arg : { secret: true, value: { set: false } };
}

function namesOf(values: Registration['env']): Record<string, { set: false }> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, { set: false }]));
}
