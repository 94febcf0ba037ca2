export { CryptoModule } from './crypto.module.js';
export { BASE62, randomToken, sha256 } from './hash.js';
export { keyIdOf, Sealer, SealError, SealingKey } from './sealer.js';
export { openSecrets, Secrets } from './secrets.js';
