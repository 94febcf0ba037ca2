import type { Edit, Frame } from '../../shared/jsonrpc/index.js';
import type { UpstreamError } from './upstream-error.js';

/** Which of the two kinds of MCP a link speaks: sessions (2024-11-05 … 2025-11-25), or stateless (2026-07-28). */
export type Era = 'legacy' | 'modern';

/** Which eras an upstream speaks. */
export type Eras = Readonly<Record<Era, boolean>>;

/** One registered server as the links need it: secrets in the clear, so it is never stored, logged or answered. */
export interface UpstreamTarget {
  readonly serverId: string;
  readonly projectId: string;
  readonly name: string;
  /** A number that grows whenever the registration changes; links of an older revision are not handed out any more. */
  readonly revision: string;
  readonly transport: 'stdio' | 'streamable-http' | 'sse';
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values beside `env` and `headers` that no log may show: secret arguments, secrets in the URL. */
  readonly secrets?: readonly string[];
  readonly timeoutMs: number;
  /** How many links single clients may hold; absent or null: as many as the transport bears. */
  readonly maxConnections?: number | null;
}

/** What the upstream said of itself in its answer to `initialize`, or to `server/discover`. */
export interface Handshake {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly serverInfo: { readonly name: string; readonly version: string; readonly title?: string };
  readonly instructions?: string;
  /** JSON text of the result as it arrived. */
  readonly raw: string;
}

/** For whom an exclusive link is: counted, and shown to people. */
export interface Holder {
  readonly kind: 'session' | 'lease' | 'call' | 'run';
  /** Of the API key; null for a person. */
  readonly keyId: string | null;
  /** How many use it now: none, while a lease waits for its next call. */
  readonly leases: number;
}

/** Who an exclusive link introduces itself as: the MCP client for whom it is opened. */
export interface Opener {
  readonly capabilities: object;
  readonly clientInfo: { readonly name: string; readonly version: string; readonly title?: string };
  readonly protocolVersion: string;
  readonly holder?: Holder;
}

/** Who asks, on a modern link: what the `_meta` of each request says of the client. */
export interface Envelope {
  readonly clientCapabilities: object;
  readonly clientInfo: object;
  /** Absent: the upstream must not log. */
  readonly logLevel?: string;
}

/** An argument of a tool that a request over HTTP repeats as the header `Mcp-Param-<header>` (`x-mcp-header`). */
export interface MirroredArgument {
  readonly header: string;
  /** Names of the properties that lead to it, from `arguments` down. */
  readonly path: readonly string[];
}

/** What a modern upstream should tell of (`basic/patterns/subscriptions.mdx`, 2026-07-28). */
export interface ListenFilter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
}

/** A running `subscriptions/listen`. */
export interface Listening {
  close(): void;
}

/** Hears what belongs to one call, in order and before its answer. */
export interface CallSink {
  /**
   * A progress notification of this call with the caller's token restored; a log message that came on the call's own
   * HTTP stream; on exclusive links also a request of the upstream that came there (answer it with `Link.send`).
   */
  onMessage(frame: Frame): void;
}

/** Tells that nobody waits any more; an AbortSignal is one. */
export interface Cancellation {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface CallOptions {
  /** Further replacements in the request, such as the tool's name. */
  readonly edits?: readonly Edit[];
  readonly sink?: CallSink;
  /** From the last sign of life: progress starts it anew. */
  readonly timeoutMs: number;
  /** From the beginning, whatever the progress; default ten times `timeoutMs`. */
  readonly maxMs?: number;
  readonly signal?: Cancellation;
  /** Modern links only: added where the request's `_meta` does not say it already; default the gateway itself. */
  readonly envelope?: Envelope;
  /** Modern links over HTTP only: the called tool's, see `mirroredArguments`. */
  readonly mirrored?: readonly MirroredArgument[];
  /** In place of `mirrored`: the `Mcp-Param-*` headers as the caller sent them, names and values in turn. */
  readonly paramHeaders?: readonly string[];
}

/** What the holder of a link wants to hear of it. */
export interface LinkHandlers {
  /** Every notification that belongs to no call in particular: list changes, resource updates, log messages. */
  onNotification?(frame: Frame, link: AnyLink): void;
  /** Sampling, elicitation, roots; exclusive links only, shared ones answer -32601 themselves. */
  onRequest?(frame: Frame, link: AnyLink): void;
  /** Once, whoever closed it. Calls in flight have been failed with the same error. */
  onClose?(error: UpstreamError): void;
}

/** What links of both eras have in common. */
export interface AnyLink {
  readonly era: Era;
  readonly id: string;
  readonly target: UpstreamTarget;
  readonly handshake: Handshake;
  /** Opened for one MCP client alone. */
  readonly exclusive: boolean;
  readonly closed: boolean;
  /** Of the started program, stdio only. */
  readonly pid: number | undefined;
  readonly openedAt: Date;
  readonly lastUsedAt: Date;
  readonly inflight: number;
  /** How many `…/list_changed` notifications have arrived. */
  readonly listChanges: number;
  /**
   * Sends one request; its id and progress token are replaced by the link's own and mapped back. Resolves with the
   * upstream's response, result or error, under the link's id: give it the caller's with `withId`.
   * @throws UpstreamError when there is no response.
   */
  call(request: Frame, options: CallOptions): Promise<Frame>;
  /**
   * A request of our own; resolves with the parsed result.
   * @throws ProtocolError with the upstream's error, UpstreamError when there is no response.
   */
  ask(method: string, params?: object, timeoutMs?: number): Promise<unknown>;
  /** Sends a notification, or the answer to a request of the upstream. */
  send(message: Buffer): void;
  /** Says in the server's log that something about it is not right. */
  warn(message: string): void;
  close(reason: string): Promise<void>;
}

/** A connection that was initialised: the upstream knows whom it talks to. */
export interface LegacyLink extends AnyLink {
  readonly era: 'legacy';
}

/** Each request stands for itself and carries its envelope; one that has none gets it from the link. */
export interface ModernLink extends AnyLink {
  readonly era: 'modern';
  /**
   * Hears list changes and resource updates with the upstream's `subscriptionId`, each time the stream is (re)opened
   * first `notifications/subscriptions/acknowledged`: what happened before that one may have been missed. A lost stream
   * is reopened as long as the link stands; `onEnd` tells that it ended otherwise than by `close`.
   */
  listen(filter: ListenFilter, onMessage: (frame: Frame) => void, onEnd?: () => void): Listening;
}

/** One connection to an upstream, over whichever transport, ready for requests. */
export type Link = LegacyLink | ModernLink;

/** One line of the list of open links. */
export interface LinkInfo {
  readonly id: string;
  readonly serverId: string;
  readonly projectId: string;
  readonly transport: UpstreamTarget['transport'];
  readonly era: Era;
  readonly exclusive: boolean;
  readonly kind: 'shared' | Holder['kind'];
  readonly leases: number;
  /** As whom an exclusive one has introduced itself. */
  readonly client: { readonly name: string; readonly version: string } | undefined;
  readonly pid: number | undefined;
  readonly protocolVersion: string;
  readonly openedAt: Date;
  readonly lastUsedAt: Date;
  readonly inflight: number;
}
