import { randomUUID } from 'node:crypto';
import type { ModernLink } from '../../servers/index.js';
import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import {
  membersOf,
  parse,
  readFrame,
  splice,
  textOf,
  type Edit,
  type Frame,
  type RequestId,
  type Span,
} from '../../shared/jsonrpc/index.js';
import { mirroredIn } from '../routing/mirrored.js';
import type { Asker } from '../sessions/questions.js';
import type { Session } from '../sessions/session.js';
import { attempt, type Exchange } from './exchange.js';
import type { Forward } from './forward.js';
import { declares, neededCapability } from './input-kinds.js';

/** More than any honest server asks for one call. */
const MOST_ROUNDS = 10;
/** How long a person may think about one round, ms. */
const MOST_PATIENCE_MS = 900_000;
/** Before a server is called again that wants nothing but its state back, ms. */
const PAUSE_MS = 250;

/** What becomes of the call. */
export interface StatelessEnds {
  answered(response: Frame): void;
  failed(error: unknown): void;
}

/**
 * A session's request at an upstream of the stateless protocol: `input_required` becomes requests to the session's
 * client, and with its answers the upstream is called again.
 */
export class StatelessCall implements Asker {
  private round = 0;
  private waiting: NodeJS.Timeout | undefined;
  /** JSON texts of the answers of this round, and what is still open. */
  private answers = new Map<string, string>();
  private open = new Set<RequestId>();
  private state: string | undefined;

  constructor(
    private readonly exchange: Exchange<Session>,
    private readonly forward: Forward,
    private readonly link: ModernLink,
    private readonly ends: StatelessEnds,
  ) {
    exchange.finally(() => this.stop());
  }

  send(more: readonly Edit[] = []): void {
    const { exchange, forward, link } = this;
    const { session, tool, signal } = exchange;
    const { capabilities = {}, clientInfo = {} } = session.client ?? {};
    const envelope = { clientCapabilities: capabilities, clientInfo };
    const options = {
      edits: [...(forward.edits ?? []), ...more],
      ...{ sink: exchange, timeoutMs: forward.server.timeoutMs, signal },
      envelope: session.logLevel === undefined ? envelope : { ...envelope, logLevel: session.logLevel },
      mirrored: tool === null ? [] : mirroredIn(forward.server.tools.find(({ name }) => name === tool)),
    };
    link.call(exchange.request, options).then(
      (response) => attempt(exchange, () => this.received(response)),
      (error: unknown) => attempt(exchange, () => this.ends.failed(error)),
    );
  }

  /** Of the session's client. */
  answered(response: Frame, id: RequestId): void {
    const { exchange } = this;
    if (exchange.isOver || !this.open.delete(id)) return;
    const text = response.outcome ? textOf(response.bytes, response.outcome) : '{}';
    if (response.kind === 'error') return exchange.fail(refused(text));
    this.answers.set(String(id), text);
    if (this.open.size === 0) attempt(exchange, () => this.again());
  }

  private received(response: Frame): void {
    const { bytes, outcome, kind } = response;
    const isObject = kind === 'result' && outcome !== undefined && bytes[outcome.start] === 0x7b;
    const members = isObject ? membersOf(bytes, outcome) : new Map<string, Span>();
    const type = members.get('resultType');
    if (!type || textOf(bytes, type) !== '"input_required"') return this.ends.answered(response);
    if (++this.round > MOST_ROUNDS) throw internal(`The server has asked ${MOST_ROUNDS} times and goes on asking`);
    const state = members.get('requestState');
    this.state = state && textOf(bytes, state);
    this.ask(bytes, members.get('inputRequests'));
  }

  private ask(bytes: Buffer, requests: Span | undefined): void {
    const { session, reply } = this.exchange;
    this.answers = new Map();
    const asked = requests ? [...membersOf(bytes, requests)] : [];
    if (asked.length === 0) {
      this.waiting = setTimeout(() => attempt(this.exchange, () => this.again()), PAUSE_MS);
      return;
    }
    const questions = asked.map(([key, span]) => this.question(key, bytes, span));
    this.open = new Set(asked.map(([key]) => key));
    this.waiting = setTimeout(() => this.exchange.timeOut(MOST_PATIENCE_MS), MOST_PATIENCE_MS);
    for (const question of questions) reply.message(session.questions.ask(this, question));
  }

  /** One entry of `inputRequests` as a request. @throws ProtocolError when the client cannot answer it. */
  private question(key: string, bytes: Buffer, span: Span): Frame {
    const entry = membersOf(bytes, span);
    const [method, params] = [entry.get('method'), entry.get('params')];
    const name = method ? String(parse(textOf(bytes, method))) : '';
    const needed = neededCapability(name, bytes, params);
    const { capabilities = {} } = this.exchange.session.client ?? {};
    if (!needed || !declares(capabilities, needed))
      throw internal(`The server asks what this client cannot answer: ${name}`);
    const told = params ? withElicitationId(bytes, params, needed) : '{}';
    const text = `{"jsonrpc":"2.0","id":${JSON.stringify(key)},"method":${JSON.stringify(name)},"params":${told}}`;
    return readFrame(Buffer.from(text));
  }

  private again(): void {
    clearTimeout(this.waiting);
    const { start } = this.exchange.request.params as Span;
    const given = [...this.answers].map(([key, answer]) => `${JSON.stringify(key)}:${answer}`).join(',');
    const state = this.state === undefined ? '' : `"requestState":${this.state},`;
    this.send([{ start: start + 1, end: start + 1, text: `"inputResponses":{${given}},${state}` }]);
  }

  private stop(): void {
    clearTimeout(this.waiting);
    this.exchange.session.questions.forget(this);
  }
}

/** Sessions name each visit to a URL; the stateless protocol does not. */
function withElicitationId(bytes: Buffer, params: Span, needed: object): string {
  const isUrl = 'url' in ((needed as { elicitation?: object }).elicitation ?? {});
  const text = textOf(bytes, params);
  if (!isUrl || membersOf(bytes, params).has('elicitationId')) return text;
  return splice(Buffer.from(text), [{ start: 1, end: 1, text: `"elicitationId":"${randomUUID()}",` }]).toString();
}

function refused(error: string): ProtocolError {
  const { message } = parse(error) as { message?: unknown };
  return internal(`The client did not answer what the server has asked: ${String(message)}`);
}

function internal(message: string): ProtocolError {
  return new ProtocolError(RpcCode.internal, `${message}.`);
}
