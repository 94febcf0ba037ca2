import type { Events } from '../../shared/events/index.js';
import { timeIdAt } from '../../shared/time-id.js';
import type { Caller } from '../sessions/caller.js';
import type { Conversation } from '../sessions/conversation.js';
import { protocolErrorOf } from './failure.js';
import { sha256InTurns } from './sha256-in-turns.js';
import { outcomeOfError, type Outcome } from './outcome.js';

/** What was asked and how long it took; durations are milliseconds, sizes bytes. */
export interface Subject {
  readonly at: Date;
  readonly method: string;
  /** The server that was asked, where that is known. */
  readonly serverId: string | null;
  readonly tool: string | null;
  readonly arguments: string | null;
  /** All of them, when they are longer. */
  readonly wholeArguments?: Buffer | undefined;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly durationMs: number;
  readonly queueMs: number;
}

/** Stands in for the method of a message that could not be read. */
const UNREADABLE = 'unreadable';

const NO_DIGESTS: { readonly arguments: string | null; readonly result: string | null } = {
  arguments: null,
  result: null,
};

/** Tells the call log: every tool call, and every error of anything else. */
export class Recorder {
  constructor(private readonly events: Pick<Events, 'emit' | 'afterKept'>) {}

  /** At once, unless something long is to be hashed first. */
  record(
    caller: Caller,
    session: Conversation | undefined,
    subject: Subject,
    outcome: Outcome,
  ): Promise<void> | undefined {
    const { wholeArguments } = subject;
    const { whole } = outcome;
    if (!wholeArguments && !whole) {
      this.tell(caller, session, subject, outcome);
      return undefined;
    }
    return Promise.all([digestOf(wholeArguments), digestOf(whole)]).then(([given, result]) =>
      this.tell(caller, session, subject, outcome, { arguments: given, result }),
    );
  }

  /** Field by field: this runs for every call, and copying objects into objects costs more than all else here. */
  private tell(
    caller: Caller,
    session: Conversation | undefined,
    subject: Subject,
    outcome: Outcome,
    sha256 = NO_DIGESTS,
  ): void {
    const { principal, endpoint, transport, ip, userAgent, traceId } = caller;
    const client = session?.client?.clientInfo;
    this.events.emit('call.finished', {
      id: timeIdAt(subject.at),
      at: subject.at,
      projectId: endpoint.projectId,
      serverId: subject.serverId,
      endpoint: endpoint.label,
      transport,
      sessionId: session?.client ? session.logId : null,
      clientName: client?.name ?? null,
      clientVersion: client?.version ?? null,
      apiKeyId: principal.apiKeyId,
      userId: principal.userId,
      ip,
      userAgent,
      method: subject.method,
      tool: subject.tool,
      status: outcome.status,
      errorCode: outcome.errorCode,
      errorMessage: outcome.errorMessage,
      arguments: subject.arguments,
      result: outcome.result,
      argumentsSha256: sha256.arguments,
      resultSha256: sha256.result,
      requestBytes: subject.requestBytes,
      responseBytes: subject.responseBytes,
      durationMs: subject.durationMs,
      queueMs: subject.queueMs,
      traceId,
    });
  }

  /** Runs `then` when what was recorded outlives a crash. */
  afterKept(then: () => void): void {
    this.events.afterKept(then);
  }

  /** A message that was refused before it became an exchange. */
  fault(caller: Caller, error: unknown, message: { bytes: number; method?: string | undefined }): void {
    const subject: Subject = {
      at: new Date(),
      method: message.method ?? UNREADABLE,
      serverId: caller.endpoint.serverId,
      tool: null,
      arguments: null,
      requestBytes: message.bytes,
      responseBytes: 0,
      durationMs: 0,
      queueMs: 0,
    };
    this.tell(caller, undefined, subject, outcomeOfError(protocolErrorOf(error)));
  }
}

function digestOf(bytes: Buffer | undefined): Promise<string | null> {
  return bytes ? sha256InTurns(bytes) : Promise.resolve(null);
}
