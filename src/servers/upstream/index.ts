export { discover, type Catalogue, type CatalogueEntry } from './discover.js';
export { asHandshake } from './handshake.js';
export { AddressGuard } from './http/address-guard.js';
export type {
  CallOptions,
  CallSink,
  Cancellation,
  Handshake,
  Link,
  LinkHandlers,
  LinkInfo,
  Opener,
  UpstreamTarget,
} from './link.js';
export type { ProbeResult, ProbeStep } from './probe.js';
export { UpstreamError, type UpstreamErrorCode, type UpstreamErrorDetails } from './upstream-error.js';
export { UpstreamPool } from './upstream-pool.js';
