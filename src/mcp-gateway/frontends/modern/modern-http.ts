import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import type { Frame } from '../../../shared/jsonrpc/index.js';
import type { ModernRelay } from '../../relay/modern/modern-relay.js';
import { LoneCaller, type LoneCallers } from '../../sessions/lone-caller.js';
import type { Pulse } from '../pulse.js';
import type { Messages } from '../read-messages.js';
import type { Visit } from '../visit.js';
import { admit, checkMethod } from './admission.js';
import { ModernReply } from './modern-reply.js';
import { checkParamHeaders, paramHeadersOf } from './param-headers.js';

export interface ModernParts {
  readonly relay: ModernRelay;
  readonly callers: LoneCallers;
  readonly pulse: Pulse;
}

/** The stateless protocol, 2026-07-28 `basic/transports/streamable-http.mdx`: one POST is one request and its answer. */
export class ModernHttp {
  constructor(private readonly parts: ModernParts) {}

  /** @throws ProtocolError when the message is refused before it becomes an exchange. */
  take(visit: Visit, { frames, isBatch }: Messages): void {
    const [first] = frames;
    if (isBatch || !first?.method) {
      const message = 'Invalid request: a POST carries one request or one notification';
      throw new ProtocolError(RpcCode.invalidRequest, message);
    }
    if (first.kind === 'request') return this.request(visit, first);
    if (visit.req.headers['mcp-method'] !== undefined) checkMethod(visit.req.headers, first);
    // No notification of a client means anything here: closing the stream is how it cancels.
    visit.res.writeHead(202, { 'content-length': 0 }).end();
  }

  private request({ req, res, caller }: Visit, request: Frame): void {
    const { relay, callers, pulse } = this.parts;
    const client = admit(req.headers, request);
    checkParamHeaders(req, request, caller.endpoint);
    const lone = new LoneCaller(client, caller, paramHeadersOf(req), callers);
    const exchange = relay.request(lone, request, new ModernReply(res, pulse));
    if (exchange.isOver) return;
    callers.began(lone, exchange);
    res.on('close', () => {
      if (!exchange.isOver) exchange.cancel();
    });
  }
}
