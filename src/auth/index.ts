export { AdminOnly } from './admin-only.js';
export { AuthModule } from './auth.module.js';
export { currentUser, type CurrentUser, Who } from './current-user.js';
export { Departures } from './departures.js';
export { NewEmail } from './fields.js';
export { Invited } from './invited.js';
export { SessionCookie } from './session-cookie.js';
export { type User } from './user.entity.js';
export { UsersService } from './users.service.js';
