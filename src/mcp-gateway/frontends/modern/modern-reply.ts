import { RpcCode } from '../../../shared/errors/index.js';
import { HttpReply } from '../http-reply.js';

const STATUSES: Readonly<Record<number, number>> = {
  [RpcCode.parse]: 400,
  [RpcCode.invalidRequest]: 400,
  [RpcCode.headerMismatch]: 400,
  [RpcCode.missingCapability]: 400,
  [RpcCode.unsupportedVersion]: 400,
  [RpcCode.methodNotFound]: 404,
};

/** The answer of one stateless request: some errors have a status of their own, unless something preceded them. */
export class ModernReply extends HttpReply {
  protected override statusOf(errorCode: number | undefined): number {
    return (errorCode !== undefined && STATUSES[errorCode]) || 200;
  }
}
