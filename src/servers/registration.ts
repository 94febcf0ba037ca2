import type { DefinitionPolicy, Pool, Transport } from './server.entity.js';

/** A value that is not in the text: the stored one is kept, or it is still to be given. */
export interface Kept {
  readonly set: boolean;
}

export type GivenValues = Record<string, string | Kept | null>;
export type GivenArgument = string | { readonly secret: true; readonly value: string | Kept };

/** How to reach a server and how to treat it, as somebody gave it: in the clear, so never stored or answered. */
export interface Registration {
  readonly name: string;
  readonly description: string;
  readonly transport: Transport;
  readonly command: string | null;
  readonly args: readonly GivenArgument[];
  readonly cwd: string | null;
  readonly url: string | null;
  readonly env: GivenValues;
  readonly headers: GivenValues;
  readonly timeoutMs: number;
  readonly pool: Pool;
  readonly maxConnections: number | null;
  readonly maxConcurrency: number | null;
  readonly definitionPolicy: DefinitionPolicy;
  readonly enabled: boolean;
}

/** A value somebody has to give before the server can be reached. */
export const NEEDED: Kept = { set: false };
