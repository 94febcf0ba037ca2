import type { Sealer } from '../../../shared/crypto/index.js';
import { sha256 } from '../../../shared/crypto/index.js';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import { parse, textOf, type Span } from '../../../shared/jsonrpc/index.js';
import type { ModernExchange } from './modern-exchange.js';

/** How long a client may take for its answers, ms. */
export const STATE_LIVES_MS = 600_000;

/** What the gateway remembers of a request that the client will send again. */
export type RequestState =
  /** The call waits here. */
  | { readonly parked: string; readonly round: number }
  /** The upstream forgot it: it is called anew. */
  | { readonly again: true }
  /** The upstream's own state, and whose it is. */
  | { readonly server: string; readonly state: string };

/** Parameters that must be the same in the retry. */
const SALIENT = ['name', 'arguments', 'uri'];

/**
 * The `requestState` of what the gateway itself answers with: it opens only for the same key on the same endpoint with
 * the same call, and not for long (2026-07-28 `basic/patterns/mrtr.mdx`, server requirements 4 and 5).
 */
export class RequestStates {
  constructor(private readonly sealer: Pick<Sealer, 'seal' | 'open'>) {}

  seal(exchange: ModernExchange, state: RequestState): string {
    return this.sealer.seal(JSON.stringify({ ...state, until: Date.now() + STATE_LIVES_MS }), contextOf(exchange));
  }

  /** What the client has sent back; `undefined` when it has sent nothing. @throws ProtocolError -32602 */
  open(exchange: ModernExchange): RequestState | undefined {
    const span = exchange.params.get('requestState');
    if (!span) return undefined;
    const sealed = parse(textOf(exchange.request.bytes, span));
    if (typeof sealed !== 'string') throw invalidState();
    const state = this.opened(sealed, contextOf(exchange));
    if (state.until < Date.now()) throw invalidState();
    return state;
  }

  private opened(sealed: string, context: string): RequestState & { readonly until: number } {
    try {
      return JSON.parse(this.sealer.open(sealed, context)) as RequestState & { readonly until: number };
    } catch {
      throw invalidState();
    }
  }
}

export function invalidState(): ProtocolError {
  const message = 'Invalid params: this requestState does not belong to this request, or not any more. Call again.';
  return new ProtocolError(RpcCode.invalidParams, message);
}

function contextOf({ caller, method, request, params }: ModernExchange): string {
  const { principal, endpoint } = caller;
  const salient = SALIENT.flatMap((name) => saidBy(request.bytes, name, params.get(name)));
  const digest = sha256(JSON.stringify(salient)).toString('base64url');
  return ['requestState', principal.keyId, endpoint.projectId, endpoint.serverId, method, digest].join('|');
}

function saidBy(bytes: Buffer, name: string, span: Span | undefined): unknown[] {
  return span ? [name, sorted(parse(textOf(bytes, span)))] : [];
}

/** A retry may be written by another serialiser, which orders keys otherwise. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}
