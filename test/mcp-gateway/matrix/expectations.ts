import { CLIENTS, UPSTREAMS, type Cell, type ClientName, type UpstreamName, type View } from './axes.js';

/** Why a cell cannot work, in words that stand in src/mcp-gateway/README.md. */
export const INHERENT = {
  'no tasks upstream': 'They know no tasks of 2026-07-28',
  'no tasks in sessions': 'Sessions know nothing of the tasks extension',
  'no names of questions': 'Servers of sessions name no questions',
  'no questions in sessions': 'Sessions ask by requests, whose ids are ours',
  'no batches': 'Batches in 2025-03-26 alone',
} as const;

export type Outcome = 'works' | keyof typeof INHERENT;

interface Rule {
  readonly clients?: readonly ClientName[];
  readonly upstreams?: readonly UpstreamName[];
  readonly views?: readonly View[];
  readonly outcome: Outcome;
}

const STATELESS: readonly ClientName[] = ['2026-07-28'];
const SESSIONS = CLIENTS.filter((client) => !STATELESS.includes(client));
const NEW: readonly UpstreamName[] = ['pipe-new', 'http-new'];
const OLD = UPSTREAMS.filter((upstream) => !NEW.includes(upstream));
const BATCHING: readonly ClientName[] = ['2025-03-26'];

const everywhere: readonly Rule[] = [{ outcome: 'works' }];

/** Each cell of each feature is under exactly one rule. */
const TABLE = {
  tools: everywhere,
  'resources that one server has': everywhere,
  'resources that several servers have': everywhere,
  'resources in what tools return': everywhere,
  templates: everywhere,
  prompts: everywhere,
  completion: everywhere,
  pagination: everywhere,
  progress: everywhere,
  cancellation: everywhere,
  logging: everywhere,
  'list changes': everywhere,
  subscriptions: everywhere,
  'sampling, elicitation and roots': everywhere,
  'names of questions': [
    { clients: STATELESS, upstreams: NEW, outcome: 'works' },
    { clients: STATELESS, upstreams: OLD, outcome: 'no names of questions' },
    { clients: SESSIONS, outcome: 'no questions in sessions' },
  ],
  tasks: [
    { clients: STATELESS, upstreams: NEW, outcome: 'works' },
    { clients: STATELESS, upstreams: OLD, outcome: 'no tasks upstream' },
    { clients: SESSIONS, outcome: 'no tasks in sessions' },
  ],
  batches: [
    { clients: BATCHING, outcome: 'works' },
    { clients: CLIENTS.filter((client) => !BATCHING.includes(client)), outcome: 'no batches' },
  ],
} satisfies Record<string, readonly Rule[]>;

export type Feature = keyof typeof TABLE;

export const FEATURES = Object.keys(TABLE) as Feature[];

/** What must be seen in a cell. @throws when no rule says it, or more than one. */
export function expected(feature: Feature, cell: Cell): Outcome {
  const rules: readonly Rule[] = TABLE[feature];
  const matching = rules.filter(
    ({ clients = [cell.client], upstreams = [cell.upstream], views = [cell.view] }) =>
      clients.includes(cell.client) && upstreams.includes(cell.upstream) && views.includes(cell.view),
  );
  const [rule] = matching;
  if (!rule || matching.length > 1) {
    throw new Error(`${feature}: ${matching.length} expectations for ${JSON.stringify(cell)}, where there must be one`);
  }
  return rule.outcome;
}
