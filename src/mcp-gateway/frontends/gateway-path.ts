/** What a gateway URL names. */
export interface GatewayPath {
  /** Id or slug. */
  readonly project: string;
  /** Id or name; `null` is the unified endpoint. */
  readonly server: string | null;
  readonly door: 'mcp' | 'sse' | 'messages' | 'well-known';
  /** The path as the client wrote it, without query. */
  readonly pathname: string;
  readonly query: string;
}

const PATH =
  /^(\/projects\/([^/?#]+)\/(?:unified|servers\/([^/?#]+))\/(mcp|sse(?:\/messages)?)(\/\.well-known\/[^?#]*)?)(?:\?([^#]*))?$/;

function decode(part: string): string {
  try {
    return part.includes('%') ? decodeURIComponent(part) : part;
  } catch {
    return part;
  }
}

/** Clients send the same few paths again and again; those with a query are not kept. */
const KEPT = new Map<string, GatewayPath>();
const MOST_KEPT = 1000;

/** Cheap enough to be asked of every request of the process. */
export function isGatewayPath(url: string): boolean {
  return url.startsWith('/projects/') && (KEPT.has(url) || PATH.test(url));
}

export function readGatewayPath(url: string): GatewayPath | undefined {
  const kept = KEPT.get(url);
  if (kept) return kept;
  const path = parsed(url);
  if (!path || path.query !== '') return path;
  if (KEPT.size >= MOST_KEPT) KEPT.clear();
  KEPT.set(url, path);
  return path;
}

function parsed(url: string): GatewayPath | undefined {
  const match = PATH.exec(url);
  if (!match) return undefined;
  const [, pathname = '', project = '', server, door, wellKnown, query = ''] = match;
  return {
    project: decode(project),
    server: server === undefined ? null : decode(server),
    door: wellKnown ? 'well-known' : door === 'sse/messages' ? 'messages' : (door as 'mcp' | 'sse'),
    pathname,
    query,
  };
}
