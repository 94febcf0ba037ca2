import { UpstreamError } from '../../servers/index.js';
import type { Edit, Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';

/** To whom a request goes, and what must differ on the way there and back. */
export interface Forward {
  readonly server: ServerRecord;
  /** In the request, beside its id and progress token. */
  readonly edits?: readonly Edit[];
  /** In the response, beside its id. */
  readonly back?: ((response: Frame, server: ServerRecord) => Edit[]) | undefined;
  /** Whether the answer is the same for everybody on the shared link. */
  readonly isList?: boolean;
  /** Only a link of the session's own can carry it: the upstream will have something to say to this client alone. */
  readonly ownLink?: boolean;
  /** The client asks for log messages from this level on. */
  readonly logLevel?: string;
  /** The upstream's URI of a resource that is subscribed to, or not any more. */
  readonly subscription?: string;
  /** Servers to ask, one after another, when this one answers with an error. */
  readonly others?: readonly ServerRecord[];
}

/** The same request to the next server that may know the answer, if there is one. */
export function toNextServer({ others, ...forward }: Forward): Forward | undefined {
  const [server, ...rest] = others ?? [];
  return server && { ...forward, server, others: rest };
}

/** @throws UpstreamError when the answer cannot be read. */
export function editsBack({ back, server }: Forward, response: Frame): Edit[] {
  try {
    return back?.(response, server) ?? [];
  } catch {
    throw new UpstreamError('UPSTREAM_PROTOCOL', 'The server sent an answer that is not valid MCP.', 'unknown');
  }
}
