import { Injectable } from '@nestjs/common';
import { anything, flag, id, integer, list, named, type Of } from '../../shared/api/index.js';
import { Conflict, Invalid } from '../../shared/errors/index.js';
import { type CallFinished, Events } from '../../shared/events/index.js';
import { type Frame, readFrame, request, textOf } from '../../shared/jsonrpc/index.js';
import type { McpTool } from '../catalogue.entities.js';
import type { McpServer } from '../server.entity.js';
import { ServerSecrets } from '../server-secrets.js';
import { type Link, mirroredArguments, type MirroredArgument, OURSELVES, UpstreamPool } from '../upstream/index.js';
import { ArgumentCheck } from './argument-check.js';
import { asSchema } from './json-schema.js';
import { timeIdAt } from '../../shared/time-id.js';
import { failureOf, type Outcome, outcomeOf } from './outcome.js';

/** Who runs a tool, for the call log. */
export interface Caller {
  readonly userId: string;
  readonly ip: string;
  readonly userAgent: string | null;
}

export const ToolRun = named('ToolRun', {
  isError: flag('The tool itself failed; `content` says why.'),
  content: list(anything('A content block of MCP, as the server sent it.')),
  structuredContent: anything('As the server sent it; null when it sent none.'),
  durationMs: integer(),
  callId: id('Of the row in the call log.'),
});
export type ToolRun = Of<typeof ToolRun>;

/** For whom links of servers are opened that are not to be shared. */
const OPENER = { ...OURSELVES, holder: { kind: 'run', keyId: null, leases: 1 } } as const;

type Mirrored = readonly MirroredArgument[] | undefined;

/** Runs a tool for a person, who to the server's limits is a client like any other; each run is recorded. */
@Injectable()
export class ToolRuns {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly secrets: ServerSecrets,
    private readonly events: Events,
    private readonly check: ArgumentCheck,
  ) {}

  /** @throws Invalid, Conflict before anything was sent; AppError 502 or 504 when the server gave no result. */
  async run(server: McpServer, tool: McpTool, values: object, caller: Caller): Promise<ToolRun> {
    this.demandRunnable(server, tool);
    const faults = await this.check.faults(tool.hash, schemaOf(tool), values);
    if (Object.keys(faults).length > 0) throw new Invalid(faults);
    const frame = readFrame(request(1, 'tools/call', { name: tool.name, arguments: values }));
    const at = new Date();
    const call = { id: timeIdAt(at), at, arguments: JSON.stringify(values), requestBytes: frame.bytes.length };
    const from = performance.now();
    const { queueMs, ...outcome } = await this.inTurn(server, frame, mirroredArguments(tool.definition));
    const durationMs = Math.round(performance.now() - from);
    const times = { durationMs, queueMs };
    this.events.emit('call.finished', { ...record(server, tool, caller), ...call, ...outcome.recorded, ...times });
    await new Promise<void>((resolve) => this.events.afterKept(resolve));
    if (outcome.error) throw outcome.error;
    return { ...outcome.result, durationMs, callId: call.id };
  }

  private demandRunnable(server: McpServer, tool: McpTool): void {
    const missing = server.missingSecrets();
    if (!server.enabled) throw new Conflict(`The server "${server.name}" is switched off: switch it on first.`);
    if (missing.length > 0)
      throw new Conflict(`The server "${server.name}" cannot be reached without ${missing.join(', ')}.`);
    if (!tool.enabled) throw new Conflict(`The tool "${tool.name}" is switched off: switch it on first.`);
  }

  private async inTurn(server: McpServer, frame: Frame, mirrored: Mirrored): Promise<Outcome & { queueMs: number }> {
    const { maxConcurrency } = server;
    const from = performance.now();
    const queueMs = () => Math.round(performance.now() - from);
    try {
      const leave = maxConcurrency === null ? undefined : await this.pool.turns.wait(server, maxConcurrency);
      const waited = queueMs();
      const outcome = await this.ask(server, frame, mirrored).finally(leave);
      return { ...outcome, queueMs: waited };
    } catch (error) {
      return { ...failureOf(error), queueMs: queueMs() };
    }
  }

  private async ask(server: McpServer, frame: Frame, mirrored: Mirrored = []): Promise<Outcome> {
    const target = this.secrets.open(server);
    const isShared = server.pool === 'shared';
    let link: Link | undefined;
    try {
      link = await (isShared ? this.pool.shared(target) : this.pool.exclusive(target, OPENER, {}));
      const answer = await link.call(frame, { timeoutMs: server.timeoutMs, mirrored });
      const text = answer.outcome ? textOf(answer.bytes, answer.outcome) : 'null';
      return outcomeOf(answer.kind === 'error', text, answer.bytes.length);
    } catch (error) {
      return failureOf(error);
    } finally {
      if (!isShared) void link?.close('the run is over');
    }
  }
}

export function schemaOf(tool: McpTool) {
  return asSchema((JSON.parse(tool.definition) as { inputSchema?: unknown }).inputSchema);
}

function record(server: McpServer, tool: McpTool, { userId, ip, userAgent }: Caller) {
  return {
    projectId: server.projectId,
    serverId: server.id,
    endpoint: server.name,
    transport: 'web',
    sessionId: null,
    clientName: null,
    clientVersion: null,
    apiKeyId: null,
    ...{ userId, ip, userAgent },
    method: 'tools/call',
    tool: tool.name,
    traceId: null,
  } satisfies Partial<CallFinished>;
}
