/** What happens in the product, in the past tense: ids and plain values only; emitters do not know who listens. */
export interface Vocabulary {
  'call.finished': CallFinished;
  'session.started': SessionStarted;
  'session.ended': { readonly sessionId: string; readonly at: Date };
  'server.logged': ServerLogged;
  'key.used': KeyUsed;
}

/** One tool call or one protocol error, on whichever path it came. Durations are milliseconds, sizes bytes. */
export interface CallFinished {
  /** UUID v7, so that the key orders by time. */
  readonly id: string;
  /** When the request had been read. */
  readonly at: Date;
  readonly projectId: string;
  readonly serverId: string | null;
  /** `unified` or the server's name. */
  readonly endpoint: string;
  readonly transport: 'streamable-http' | 'sse' | 'web';
  readonly sessionId: string | null;
  readonly clientName: string | null;
  readonly clientVersion: string | null;
  readonly apiKeyId: string | null;
  readonly userId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: string;
  /** The tool's name as the upstream knows it. */
  readonly tool: string | null;
  readonly status: 'success' | 'error' | 'timeout' | 'cancelled';
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** JSON text as it arrived; the recorder truncates and redacts. */
  readonly arguments: string | null;
  readonly result: string | null;
  /** Hex SHA-256 of all of it, where the text is only its beginning. */
  readonly argumentsSha256?: string | null;
  readonly resultSha256?: string | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly durationMs: number;
  readonly queueMs: number;
  readonly traceId: string | null;
}

export interface SessionStarted {
  readonly id: string;
  readonly at: Date;
  readonly projectId: string;
  readonly serverId: string | null;
  readonly endpoint: string;
  readonly transport: 'streamable-http' | 'sse';
  readonly protocolVersion: string;
  readonly clientName: string | null;
  readonly clientVersion: string | null;
  readonly apiKeyId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface ServerLogged {
  readonly at: Date;
  readonly projectId: string;
  readonly serverId: string;
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  readonly category:
    'connection' | 'startup' | 'shutdown' | 'tool_execution' | 'status_check' | 'configuration' | 'stderr' | 'error';
  readonly message: string;
  readonly details: Record<string, unknown> | null;
}

export interface KeyUsed {
  readonly apiKeyId: string;
  readonly at: Date;
  readonly ip: string | null;
  readonly client: string | null;
}
