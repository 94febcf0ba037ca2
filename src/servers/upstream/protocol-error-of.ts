import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { parse, textOf, type Frame } from '../../shared/jsonrpc/index.js';

/** The error that an upstream answered with, as one that can be thrown on. */
export function protocolErrorOf({ bytes, outcome }: Frame): ProtocolError {
  const said = (outcome && parse(textOf(bytes, outcome))) as Partial<ProtocolError> | null | undefined;
  const { code = RpcCode.internal, message = 'The server answered with an error without a message', data } = said ?? {};
  return new ProtocolError(code, message, data);
}
