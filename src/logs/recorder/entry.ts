import type { CallFinished, ServerLogged, SessionStarted } from '../../shared/events/index.js';

/** A finished call as it is stored, payloads cut and masked; plain JSON, so that it can be spooled. */
export interface CallRow extends Omit<CallFinished, 'at' | 'arguments' | 'result'> {
  readonly at: string;
  readonly arguments: string | null;
  readonly argumentsTruncated: boolean;
  readonly argumentsSha256: string | null;
  readonly result: string | null;
  readonly resultTruncated: boolean;
  readonly resultSha256: string | null;
}

export interface SessionRow extends Omit<SessionStarted, 'at'> {
  readonly at: string;
}

export interface SessionEndRow {
  readonly sessionId: string;
  readonly at: string;
}

export interface ServerLogRow extends Omit<ServerLogged, 'at' | 'details'> {
  readonly id: string;
  readonly at: string;
  /** JSON text. */
  readonly details: string | null;
}

/** Something to be written, in the order it happened. */
export type Entry =
  | { readonly kind: 'session'; readonly row: SessionRow }
  | { readonly kind: 'call'; readonly row: CallRow }
  | { readonly kind: 'sessionEnd'; readonly row: SessionEndRow }
  | { readonly kind: 'serverLog'; readonly row: ServerLogRow };

export type RowOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>['row'];
