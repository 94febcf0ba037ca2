/** The clients of the matrix, by the protocol version that they speak. */
export const CLIENTS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const;
/** Its upstreams: a pipe or an HTTP server of either era, and the event stream of 2024. */
export const UPSTREAMS = ['pipe-old', 'pipe-new', 'http-old', 'http-new', 'events'] as const;
/** The endpoint of one server, and the one of all together. */
export const VIEWS = ['alone', 'unified'] as const;

export type ClientName = (typeof CLIENTS)[number];
export type UpstreamName = (typeof UPSTREAMS)[number];
export type View = (typeof VIEWS)[number];

/** One combination in which a feature must work, or cannot. */
export interface Cell {
  readonly client: ClientName;
  readonly upstream: UpstreamName;
  readonly view: View;
}

export const CELLS: readonly Cell[] = CLIENTS.flatMap((client) =>
  UPSTREAMS.flatMap((upstream) => VIEWS.map((view) => ({ client, upstream, view }))),
);

/** Path of the cell's endpoint below the project. */
export function endpointOf({ upstream, view }: Cell): string {
  return view === 'alone' ? `servers/${upstream}` : 'unified';
}

/** A tool or prompt of the upstream, as the clients of the cell name it. */
export function nameIn({ upstream, view }: Cell, name: string): string {
  return view === 'alone' ? name : `${upstream}__${name}`;
}

/** A URI that all upstreams have, as the clients of the cell name it. */
export function sharedUriIn({ upstream, view }: Cell, uri: string): string {
  return view === 'alone' ? uri : `mcpo://${upstream}/${uri}`;
}
