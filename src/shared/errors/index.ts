export { AppError, Conflict, Forbidden, Invalid, NotFound, Unauthorized, type FieldErrors } from './app-error.js';
export { ProtocolError, RpcCode } from './protocol-error.js';
export { StartupError } from './startup-error.js';
