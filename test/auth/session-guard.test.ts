import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Reflector } from '@nestjs/core';
import { expect, test } from 'vitest';
import { AdminOnly, type CurrentUser } from '../../src/auth/index.js';
import { SessionGuard } from '../../src/auth/session.guard.js';
import { Forbidden, Unauthorized } from '../../src/shared/errors/index.js';
import { Public } from '../../src/shared/http/index.js';

class Pages {
  own(this: void): void {}

  @Public()
  open(this: void): void {}
}

@AdminOnly()
class AdminPages {
  users(this: void): void {}
}

const guard = new SessionGuard(new Reflector());
const ada: CurrentUser = {
  id: '1',
  name: 'Ada',
  email: 'ada@example.com',
  isAdmin: true,
  sessionId: '2',
  ip: null,
};
const otto = { ...ada, isAdmin: false };

const asks = (who: CurrentUser | false, type: typeof Pages | typeof AdminPages, handler: () => void) => () =>
  guard.handleRequest<CurrentUser | undefined>(null, who, null, new ExecutionContextHost([], type, handler));

const { own, open } = Pages.prototype;
const { users } = AdminPages.prototype;

test('a page is for who is signed in, unless it is public', () => {
  expect(asks(false, Pages, own)).toThrow(Unauthorized);
  expect(asks(otto, Pages, own)()).toBe(otto);
  expect(asks(false, Pages, open)()).toBeUndefined();
  expect(asks(otto, Pages, open)()).toBe(otto);
});

test('a page of administrators is for them only', () => {
  expect(asks(false, AdminPages, users)).toThrow(Unauthorized);
  expect(asks(otto, AdminPages, users)).toThrow(Forbidden);
  expect(asks(ada, AdminPages, users)()).toBe(ada);
});
