export { assetUrl, mountAssets } from './assets.js';
export { readBody } from './body.js';
export { TrustedProxies } from './client-ip.js';
export { HttpModule } from './http.module.js';
export { methodOverride, requestId, stripApiPrefix } from './middleware.js';
export { ownHost } from './own-host.js';
export { isLoopback, isOwnOrigin } from './origin.js';
export { Public, PUBLIC } from './public.js';
export { securityHeaders } from './security-headers.js';
