import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import type { LoneCaller } from '../../sessions/lone-caller.js';
import { Exchange } from '../exchange.js';
import { protocolErrorOf } from '../failure.js';

/** One stateless request from its arrival to its answer. */
export class ModernExchange extends Exchange<LoneCaller> {
  override fail(cause: unknown): void {
    const error = protocolErrorOf(cause);
    const isMissing = error.code === RpcCode.resourceNotFound;
    super.fail(isMissing ? new ProtocolError(RpcCode.invalidParams, error.message, error.data) : error);
  }
}
