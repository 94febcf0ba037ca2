import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, ValidateBy } from 'class-validator';
import { Omittable, Switch, Trim } from '../shared/form-fields.js';
import { asArguments, asValues, isGivenArguments, isNamedValues } from './form-values.js';
import type { GivenArgument, GivenValues, Registration } from './registration.js';
import { NAME_RULE } from './server-name.js';
import {
  DEFINITION_POLICIES,
  type DefinitionPolicy,
  type Pool,
  POOLS,
  type Transport,
  TRANSPORTS,
} from './server.entity.js';

/** A field left empty in a form was not given. */
const BlankIsNothing = () =>
  Transform(({ value }: { value: unknown }) => {
    const text = typeof value === 'string' ? value.trim() : value;
    return text === '' || text === null ? undefined : text;
  });

/** Left empty in a form, or `null`, it takes the stored one away. */
const Clearable = () =>
  Transform(({ value }: { value: unknown }) => {
    if (value === null) return '';
    return typeof value === 'string' ? value.trim() : value;
  });

const AsNumber = () =>
  Transform(({ value }: { value: unknown }) => {
    if (value === '' || value === null) return undefined;
    return typeof value === 'string' ? Number(value) : value;
  });

/** A limit left empty in a form, or `null`, is none: told by 0, because what is not given changes nothing. */
const Limit = () =>
  Transform(({ value }: { value: unknown }) => {
    if (value === null || (typeof value === 'string' && value.trim() === '')) return 0;
    return typeof value === 'string' ? Number(value) : value;
  });

const Values = () => (target: object, name: string) => {
  Transform(({ value }: { value: unknown }) => asValues(value))(target, name);
  ValidateBy(
    { name: 'isNamedValues', validator: { validate: isNamedValues } },
    { message: 'Give names with texts: {"NAME": "value"}; {"set": true} keeps a stored one, null removes it.' },
  )(target, name);
};

const Arguments = () => (target: object, name: string) => {
  Transform(({ value }: { value: unknown }) => asArguments(value))(target, name);
  ValidateBy(
    { name: 'isGivenArguments', validator: { validate: isGivenArguments } },
    { message: 'Give a list of texts; a secret one as {"value": "…", "secret": true}.' },
  )(target, name);
};

const VALUES = { type: 'object', additionalProperties: true } as const;

/** What a person or client says of a server; which fields matter depends on the transport. */
export class ServerForm {
  @ApiProperty({ example: 'github', description: 'Part of URLs and tool names; unique in the project.' })
  @Trim()
  @IsString({ message: NAME_RULE })
  name!: string;

  @ApiPropertyOptional({ maxLength: 1000 })
  @IsOptional()
  @IsString({ message: 'Give the description as text.' })
  description?: string;

  @ApiProperty({ enum: TRANSPORTS })
  @IsIn(TRANSPORTS, { message: `Use one of ${TRANSPORTS.join(', ')}.` })
  transport!: Transport;

  @ApiPropertyOptional({ description: 'stdio: the command to start, found on PATH.', example: 'npx' })
  @Trim()
  @IsOptional()
  @IsString({ message: 'Give the command as text.' })
  command?: string;

  @ApiPropertyOptional({ type: [String], description: 'stdio. A secret one: {"value": "…", "secret": true}.' })
  @IsOptional()
  @Arguments()
  args?: GivenArgument[];

  @ApiPropertyOptional({ type: String, nullable: true, description: 'stdio: an absolute path; null takes it away.' })
  @Clearable()
  @IsOptional()
  @IsString({ message: 'Give the folder as text.' })
  cwd?: string;

  @ApiPropertyOptional({ description: 'streamable-http and sse.', example: 'https://example.com/mcp' })
  @Trim()
  @IsOptional()
  @IsString({ message: 'Give the URL as text.' })
  url?: string;

  @ApiPropertyOptional({
    ...VALUES,
    description: 'stdio: variables of the command, sealed and never shown again. Numbers and booleans count as texts.',
  })
  @Omittable()
  @Values()
  env?: GivenValues;

  @ApiPropertyOptional({ ...VALUES, description: 'streamable-http and sse: sealed and never shown again.' })
  @Omittable()
  @Values()
  headers?: GivenValues;

  @ApiPropertyOptional({ description: 'How long a call may take, in milliseconds.' })
  @AsNumber()
  @IsOptional()
  @IsInt({ message: 'Give whole milliseconds.' })
  timeoutMs?: number;

  @ApiPropertyOptional({
    enum: POOLS,
    description: 'Who shares a connection to it: everybody who may, one client session, or nobody but one call.',
  })
  @BlankIsNothing()
  @IsOptional()
  @IsIn(POOLS, { message: `Use one of ${POOLS.join(', ')}.` })
  pool?: Pool;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'Connections that single clients may hold at once beside the shared one; null: 16 processes, or 1024.',
  })
  @Limit()
  @IsOptional()
  @IsInt({ message: 'Give a whole number, or leave it empty.' })
  maxConnections?: number;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'Tool calls that it carries out at once; the others wait for at most `timeoutMs`. null: any number.',
  })
  @Limit()
  @IsOptional()
  @IsInt({ message: 'Give a whole number, or leave it empty.' })
  maxConcurrency?: number;

  @ApiPropertyOptional({ enum: DEFINITION_POLICIES })
  @BlankIsNothing()
  @IsOptional()
  @IsIn(DEFINITION_POLICIES, { message: `Use one of ${DEFINITION_POLICIES.join(', ')}.` })
  definitionPolicy?: DefinitionPolicy;

  @ApiPropertyOptional()
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Give true or false.' })
  enabled?: boolean;
}

/** Changes to a server: what is not named stays as it is. */
export class ServerChanges extends PartialType(ServerForm) {}

/** What is tried needs no name yet. */
export class TrialForm extends OmitType(ServerForm, ['name']) {
  @ApiPropertyOptional()
  @Trim({ empty: 'omitted' })
  @IsOptional()
  @IsString({ message: NAME_RULE })
  name?: string;
}

/** Which fields the page to add a server shows. */
export class NewServerQuery {
  @IsOptional()
  @IsIn(TRANSPORTS, { message: `Use one of ${TRANSPORTS.join(', ')}.` })
  transport?: Transport;
}

export class ToggleForm {
  @ApiPropertyOptional({ description: 'Without it the server is switched over.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Give true or false.' })
  enabled?: boolean;
}

/** The form as a registration; arguments, variables and headers that the transport has no use for are left out. */
export function asRegistration(form: ServerForm, defaultTimeoutMs: number): Registration {
  return fitting({
    name: form.name,
    description: form.description ?? '',
    transport: form.transport,
    command: form.command ?? null,
    args: form.args ?? [],
    cwd: form.cwd ?? null,
    url: form.url ?? null,
    env: form.env ?? {},
    headers: form.headers ?? {},
    timeoutMs: form.timeoutMs ?? defaultTimeoutMs,
    pool: form.pool ?? 'shared',
    maxConnections: form.maxConnections ?? null,
    maxConcurrency: form.maxConcurrency ?? null,
    definitionPolicy: form.definitionPolicy ?? 'auto',
    enabled: form.enabled ?? true,
  });
}

/** The registration with changes laid over it; `null` changes nothing, env and headers are merged by name. */
export function withChanges(stored: Registration, changes: ServerChanges): Registration {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value != null));
  const isProgram = (changes.transport ?? stored.transport) === 'stdio';
  return fitting({
    ...stored,
    ...(isProgram ? { url: null } : { command: null }),
    ...given,
    env: merged(stored.env, changes.env),
    headers: merged(stored.headers, changes.headers),
  });
}

function merged(stored: GivenValues, changes: GivenValues | undefined): GivenValues {
  return Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== null));
}

function fitting(given: Registration): Registration {
  const { maxConnections, maxConcurrency } = given;
  const registration = { ...given, maxConnections: maxConnections || null, maxConcurrency: maxConcurrency || null };
  return registration.transport === 'stdio'
    ? { ...registration, cwd: registration.cwd || null, url: registration.url || null, headers: {} }
    : { ...registration, command: registration.command || null, args: [], cwd: null, env: {} };
}
