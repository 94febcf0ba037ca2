import { isUtf8 } from 'node:buffer';
import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { largeBytes } from '../../shared/large-bytes.js';
import { elementsOf, parse, readFrame, type Frame } from '../../shared/jsonrpc/index.js';

/** Up to here a message is parsed once to be sure that it is JSON to the last bracket; larger ones are only scanned. */
const MOST_PARSED = 262_144;
const MOST_IN_BATCH = 100;

/** The messages of one body: one, or the batch that 2025-03-26 allows. */
export interface Messages {
  readonly frames: readonly Frame[];
  readonly isBatch: boolean;
}

/** @throws ProtocolError -32700 or -32600 */
export function readMessages(body: Buffer): Messages {
  if (!(largeBytes(body)?.isUtf8 ?? isUtf8(body)))
    throw new ProtocolError(RpcCode.parse, 'Parse error: the message is not valid UTF-8');
  if (body.length <= MOST_PARSED) parse(body.toString());
  if (!startsAnArray(body)) return { frames: [readFrame(body)], isBatch: false };
  const spans = elementsOf(body);
  if (spans.length === 0 || spans.length > MOST_IN_BATCH) {
    throw new ProtocolError(RpcCode.invalidRequest, `Invalid request: a batch holds 1 to ${MOST_IN_BATCH} messages`);
  }
  return { frames: spans.map(({ start, end }) => readFrame(body.subarray(start, end))), isBatch: true };
}

function startsAnArray(body: Buffer): boolean {
  let at = 0;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at++;
  return body[at] === 0x5b;
}
