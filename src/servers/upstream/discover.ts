import { setTimeout as sleep } from 'node:timers/promises';
import { RpcCode } from '../../shared/errors/index.js';
import { elementsOf, membersOf, parse, readFrame, request, textOf } from '../../shared/jsonrpc/index.js';
import { CatalogueBudget } from './catalogue-budget.js';
import type { Handshake, Link } from './link.js';
import { mirroredArguments } from './modern/mirrored-arguments.js';
import { protocolErrorOf } from './protocol-error-of.js';
import { UpstreamError } from './upstream-error.js';

/** One tool, prompt, resource or template, by its name or URI, and its JSON text as the upstream sent it. */
export interface CatalogueEntry {
  readonly key: string;
  readonly definition: string;
}

/** Everything that an upstream offers. */
export interface Catalogue {
  readonly handshake: Handshake;
  readonly tools: readonly CatalogueEntry[];
  readonly prompts: readonly CatalogueEntry[];
  readonly resources: readonly CatalogueEntry[];
  readonly templates: readonly CatalogueEntry[];
}

interface List {
  readonly capability: 'tools' | 'prompts' | 'resources';
  readonly method: string;
  /** Member of the result, and of an entry what it is called by. */
  readonly member: string;
  readonly key: 'name' | 'uri' | 'uriTemplate';
}

const LISTS = {
  tools: { capability: 'tools', method: 'tools/list', member: 'tools', key: 'name' },
  prompts: { capability: 'prompts', method: 'prompts/list', member: 'prompts', key: 'name' },
  resources: { capability: 'resources', method: 'resources/list', member: 'resources', key: 'uri' },
  templates: {
    capability: 'resources',
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    key: 'uriTemplate',
  },
} as const satisfies Record<string, List>;

const MAX_PAGES = 100;

/** Servers of sessions announce changed lists right after `initialized`; this long without an announcement is taken for the end. */
const QUIET_MS = 100;
const ROUNDS = 5;

/** Hears of every list that has been read, for those who watch. */
export type ListWatcher = (
  method: string,
  read: () => Promise<readonly CatalogueEntry[]>,
) => Promise<readonly CatalogueEntry[]>;

const unwatched: ListWatcher = (_method, read) => read();

/**
 * Reads all the lists of an upstream, again as long as it announces changes meanwhile.
 * @throws UpstreamError or ProtocolError when a list cannot be read.
 */
export async function discover(link: Link, watch: ListWatcher = unwatched): Promise<Catalogue> {
  for (let round = 1; ; round++) {
    const before = link.listChanges;
    const catalogue = await readLists(link, round === 1 ? watch : unwatched);
    const settled = link.era === 'modern' || Date.now() - link.openedAt.getTime() > 10 * QUIET_MS;
    if (!settled) await sleep(QUIET_MS);
    if (link.listChanges === before || round === ROUNDS) return catalogue;
  }
}

async function readLists(link: Link, watch: ListWatcher): Promise<Catalogue> {
  const budget = new CatalogueBudget();
  const read = (list: List) =>
    list.capability in link.handshake.capabilities ? watch(list.method, () => readList(link, list, budget)) : [];
  return {
    handshake: link.handshake,
    tools: await read(LISTS.tools),
    prompts: await read(LISTS.prompts),
    resources: await read(LISTS.resources),
    templates: await read(LISTS.templates),
  };
}

async function readList(link: Link, list: List, budget: CatalogueBudget): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const last = cursor;
    cursor = await readPage(link, list, { cursor, entries, budget });
    if (cursor === undefined || cursor === last) break;
  }
  return entries;
}

interface Reading {
  readonly cursor: string | undefined;
  readonly entries: CatalogueEntry[];
  readonly budget: CatalogueBudget;
}

/** Adds one page's entries and returns the cursor of the next; a server may announce a list and not have it. */
async function readPage(
  link: Link,
  { method, member, key }: List,
  { cursor, entries, budget }: Reading,
): Promise<string | undefined> {
  const message = request(0, method, cursor === undefined ? {} : { cursor });
  const answer = await link.call(readFrame(message), { timeoutMs: link.target.timeoutMs });
  const { bytes, outcome } = answer;
  if (answer.kind === 'error') {
    const error = protocolErrorOf(answer);
    if (error.code === RpcCode.methodNotFound) return undefined;
    throw error;
  }
  budget.spendBytes(bytes.length);
  const result = membersOf(bytes, outcome);
  const array = result.get(member);
  if (!array) throw new UpstreamError('UPSTREAM_PROTOCOL', `The answer to ${method} has no "${member}".`);
  const spans = elementsOf(bytes, array);
  budget.spendEntries(spans.length);
  for (const span of spans) {
    const entry = entryOf(textOf(bytes, span), method, key);
    if (method !== LISTS.tools.method || mayOffer(link, entry)) entries.push(entry);
  }
  const next = result.get('nextCursor');
  const text = next && parse(textOf(bytes, next));
  return typeof text === 'string' ? text : undefined;
}

/** Over stateless HTTP, tools whose annotations break the rules must be left out. */
function mayOffer(link: Link, { key, definition }: CatalogueEntry): boolean {
  const repeats = link.era === 'modern' && link.target.transport !== 'stdio';
  if (!repeats || mirroredArguments(definition)) return true;
  link.warn(`The tool "${key}" is left out: its x-mcp-header annotations break the rules of MCP.`);
  return false;
}

function entryOf(definition: string, method: string, key: List['key']): CatalogueEntry {
  const name = (parse(definition) as Record<string, unknown> | null)?.[key];
  if (typeof name === 'string') return { key: name, definition };
  throw new UpstreamError('UPSTREAM_PROTOCOL', `${method} lists an entry without "${key}".`);
}
