import { flag, id, named, nullable, type Of, text, time } from '../shared/api/index.js';
import type { User } from './user.entity.js';

/** A user as JSON clients and pages see one. */
export const UserView = named('User', {
  id: id(),
  name: text(),
  email: text(),
  isAdmin: flag('Runs the instance.'),
  isActive: flag('May sign in.'),
  createdAt: time(),
  lastLoginAt: nullable(time()),
});
export type UserView = Of<typeof UserView>;

/** The answer to signing up or in. */
export const SignedIn = named('SignedIn', {
  user: UserView,
  token: text('Send it as `Authorization: Bearer <token>`; it lasts 12 hours.'),
});

export function userView(user: User): UserView {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    isAdmin: user.isAdmin,
    isActive: user.isActive,
    createdAt: user.createdAt.toISOString(),
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  };
}
