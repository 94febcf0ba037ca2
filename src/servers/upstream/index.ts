export type { CallOptions, CallSink, Handshake, Link, LinkHandlers, LinkInfo, Opener, UpstreamTarget } from './link.js';
export { UpstreamError, type UpstreamErrorCode, type UpstreamErrorDetails } from './upstream-error.js';
