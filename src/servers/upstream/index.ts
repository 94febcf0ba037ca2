export { discover, type Catalogue, type CatalogueEntry } from './discover.js';
export { noAnswer } from './calls.js';
export { asHandshake, OURSELVES } from './handshake.js';
export { AddressGuard } from './http/address-guard.js';
export type {
  AnyLink,
  CallOptions,
  CallSink,
  Cancellation,
  Envelope,
  Era,
  Eras,
  Handshake,
  Holder,
  LegacyLink,
  Link,
  LinkHandlers,
  LinkInfo,
  Listening,
  ListenFilter,
  MirroredArgument,
  ModernLink,
  Opener,
  UpstreamTarget,
} from './link.js';
export { mirroredArguments } from './modern/mirrored-arguments.js';
export type { ProbeResult, ProbeStep } from './probe.js';
export { noTurn, Turns, type Limited } from './turns.js';
export { UpstreamError, type UpstreamErrorCode, type UpstreamErrorDetails } from './upstream-error.js';
export { UpstreamPool } from './upstream-pool.js';
