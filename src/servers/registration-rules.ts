import type { FieldErrors } from '../shared/errors/index.js';
import { isKept } from './form-values.js';
import type { GivenArgument, GivenValues, Registration } from './registration.js';
import { nameFault } from './server-name.js';
import { TRANSPORTS } from './server.entity.js';

const MOST_ARGUMENTS = 200;
const MOST_VALUES = 100;
const LONGEST = 32_768;
/** As the database checks it. */
const MOST_AT_ONCE = 1024;
const TIMEOUT_RANGE = { min: 100, max: 3_600_000 };

/** RFC 9110 §5.6.2 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NAMELESS = 'Give every value a name.';
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Commands that start something else. */
const RUNNERS = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'pipx', 'uv', 'docker', 'podman']);

/** The link sets these itself, or they belong to one hop. */
const OWN_HEADERS = new Set(
  (
    'accept connection content-length content-type expect host keep-alive last-event-id mcp-protocol-version mcp-session-id ' +
    'te trailer transfer-encoding upgrade'
  ).split(' '),
);

/** Everything that is wrong with it and can be seen without asking anybody; one sentence per field. */
export function faultsOf(registration: Registration): FieldErrors {
  const faults = { ...commonFaults(registration), ...addressFaults(registration) };
  return Object.fromEntries(
    Object.entries(faults).filter((fault): fault is [string, string] => fault[1] !== undefined),
  );
}

type Faults = Record<string, string | undefined>;

function commonFaults({ name, description, timeoutMs, maxConnections, maxConcurrency }: Registration): Faults {
  const { min, max } = TIMEOUT_RANGE;
  return {
    name: nameFault(name),
    description: description.length <= 1000 && isPlain(description) ? undefined : 'Use at most 1000 characters.',
    timeoutMs:
      Number.isInteger(timeoutMs) && timeoutMs >= min && timeoutMs <= max
        ? undefined
        : `Give whole milliseconds from ${min} to ${max}.`,
    maxConnections: limitFault(maxConnections),
    maxConcurrency: limitFault(maxConcurrency),
  };
}

function limitFault(limit: number | null): string | undefined {
  const isFit = limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= MOST_AT_ONCE);
  return isFit ? undefined : `Give a whole number from 1 to ${MOST_AT_ONCE}, or leave it empty.`;
}

function addressFaults(registration: Registration): Faults {
  if (!TRANSPORTS.includes(registration.transport)) return { transport: `Use one of ${TRANSPORTS.join(', ')}.` };
  return registration.transport === 'stdio' ? programFaults(registration) : remoteFaults(registration);
}

function remoteFaults({ url, command, headers }: Registration): Faults {
  return {
    url: urlFault(url),
    command: command === null ? undefined : 'A server with a URL has no command: leave it out, or choose stdio.',
    headers: headersFault(headers),
    ...eachFault('headers', headers),
  };
}

function programFaults({ command, args, cwd, url, env }: Registration): Faults {
  return {
    command: commandFault(command),
    args: argsFault(args) ?? runnerFault(command, args),
    cwd: cwd === null || (cwd.startsWith('/') && isText(cwd)) ? undefined : 'Give the folder as an absolute path.',
    url: url === null ? undefined : 'A stdio server has no URL: leave it out, or choose another transport.',
    env: envFault(env),
    ...eachFault('env', env),
  };
}

function commandFault(command: string | null): string | undefined {
  if (!command?.trim() || !isText(command)) return 'Give the command that starts the server, such as npx.';
  const [first = '', ...rest] = command.trim().split(/\s+/);
  // A path may hold spaces; what follows it is not repeated, because it may be a secret.
  const isWholeLine = rest.length > 0 && (!first.includes('/') || rest.some((word) => word.startsWith('-')));
  return isWholeLine ? `Give only “${first}” as the command, and what follows it as arguments, one each.` : undefined;
}

/** Without the name of a package it waits or ends: it can be no MCP server. */
function runnerFault(command: string | null, args: readonly GivenArgument[]): string | undefined {
  const name = command?.trim().split('/').at(-1) ?? '';
  const namesSomething = args.some((arg) => typeof arg !== 'string' || !arg.startsWith('-'));
  if (!RUNNERS.has(name) || namesSomething) return undefined;
  return `“${name}” starts what its arguments name: give at least one, such as the package of the server.`;
}

function urlFault(text: string | null): string | undefined {
  if (!text) return 'Give the URL of the server.';
  if (text.length > 2048 || !URL.canParse(text)) return 'This is not a URL: give one such as https://example.com/mcp.';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'The URL must start with https:// or http://.';
  if (url.username || url.password)
    return 'Leave name and password out of the URL: send them in a header, which is kept sealed.';
  return undefined;
}

function argsFault(args: readonly GivenArgument[]): string | undefined {
  if (args.length > MOST_ARGUMENTS) return `Give at most ${MOST_ARGUMENTS} arguments.`;
  const empty = args.findIndex((arg) => typeof arg !== 'string' && arg.value === '');
  if (empty >= 0) return `Enter the secret argument ${empty + 1}: an empty one is not stored.`;
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : arg.value));
  return texts.every((text) => typeof text !== 'string' || isText(text))
    ? undefined
    : 'An argument is too long or holds a NUL.';
}

function envFault(env: GivenValues): string | undefined {
  if (Object.hasOwn(env, '')) return NAMELESS;
  const bad = Object.keys(env).find((name) => !VARIABLE_NAME.test(name) || name.length > 256);
  if (bad !== undefined) return `"${bad}" cannot name a variable: use letters, digits and _, beginning with no digit.`;
  return valuesFault(env, (text) => isText(text), 'is too long or holds a NUL');
}

function headersFault(headers: GivenValues): string | undefined {
  if (Object.hasOwn(headers, '')) return NAMELESS;
  const names = Object.keys(headers);
  const bad = names.find((name) => !HEADER_NAME.test(name) || name.length > 256);
  if (bad !== undefined) return `"${bad}" cannot name a header.`;
  const own = names.find((name) => OWN_HEADERS.has(name.toLowerCase()));
  if (own !== undefined) return `The header ${own} is set by the gateway: leave it out.`;
  return valuesFault(
    headers,
    (text) => text.length <= LONGEST && /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
    'must be one line of Latin text',
  );
}

/** One fault a name, for what is no value; JSON may hold anything under a name. */
function eachFault(kind: string, values: GivenValues): Faults {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${kind}.${name}`, valueFault(name, value)]),
  );
}

function valueFault(name: string, value: unknown): string | undefined {
  if (value === '') return `Enter the value of ${name}: an empty one is not stored.`;
  if (typeof value === 'string' || isKept(value)) return undefined;
  return `Give ${name} a text, or {"set": true} to keep the stored one.`;
}

function valuesFault(values: GivenValues, isGood: (text: string) => boolean, rule: string): string | undefined {
  if (Object.keys(values).length > MOST_VALUES) return `Give at most ${MOST_VALUES} values.`;
  const bad = Object.entries(values).find(([, value]) => typeof value === 'string' && !isGood(value));
  return bad && `The value of ${bad[0]} ${rule}.`;
}

/** PostgreSQL cannot store a NUL, and no program can be given one. */
function isPlain(text: string): boolean {
  return !text.includes('\0');
}

function isText(text: string): boolean {
  return text.length <= LONGEST && isPlain(text);
}
