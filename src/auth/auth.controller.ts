import { Body, Controller, Get, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { minutes, Throttle } from '@nestjs/throttler';
import type { Request } from 'express';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, saved } from '../shared/html/index.js';
import { Public } from '../shared/http/index.js';
import { LoginForm, SignUpForm } from './auth.forms.js';
import { CredentialsService } from './credentials.service.js';
import { type CurrentUser, Who } from './current-user.js';
import { RetryAfter } from './retry-after.interceptor.js';
import { safeNext } from './safe-next.js';
import { SignIns } from './sign-ins.js';
import { SignUpService } from './sign-up.service.js';
import { SignedIn, UserView, userView } from './user.view.js';
import { UsersService } from './users.service.js';
import { Visitors } from './visitors.js';

/** Hashing a password is dear, also a right one. */
const DEAR = { default: { limit: 60, ttl: minutes(1) } };

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signUps: SignUpService,
    private readonly credentials: CredentialsService,
    private readonly signIns: SignIns,
    private readonly users: UsersService,
    private readonly visitors: Visitors,
  ) {}

  @ApiOperation({ summary: 'Make an account and sign it in; the first one administers the instance' })
  @Answers(SignedIn, { status: 201, errors: { 403: 'Sign-up is closed, or by invitation.' } })
  @Post('signup')
  @Public()
  @Throttle(DEAR)
  @FormView('auth/sign-up', { load: 'signUpState' })
  async signUp(@Body() form: SignUpForm, @Req() request: Request): Promise<Answer> {
    const user = await this.signUps.signUp(form, this.visitors.of(request).ip);
    const token = await this.signIns.begin(request, user);
    return saved(safeNext(form.next), { user: userView(user), token }, { status: 201 });
  }

  @ApiOperation({ summary: 'A token for programs, and the cookie for browsers; both last 12 hours' })
  @Answers(SignedIn, {
    errors: {
      401: 'The email or password is wrong.',
      403: 'The account is switched off.',
      429: 'Too many attempts: `Retry-After` says how long to wait.',
    },
  })
  @Post('login')
  @Public()
  @Throttle(DEAR)
  @UseInterceptors(RetryAfter)
  @FormView('auth/login', { load: 'signUpState' })
  async login(@Body() form: LoginForm, @Req() request: Request): Promise<Answer> {
    const user = await this.credentials.check(form.email, form.password, this.visitors.of(request).ip);
    const token = await this.signIns.begin(request, user);
    return saved(safeNext(form.next), { user: userView(user), token });
  }

  @ApiOperation({ summary: 'End the session of the token at once, everywhere' })
  @Answers(null)
  @Post('logout')
  async logout(@Who() user: CurrentUser, @Req() request: Request): Promise<Answer> {
    await this.signIns.end(request, user);
    return saved('/login', null, { notice: 'You are signed out.' });
  }

  @ApiOperation({ summary: 'Who is asking' })
  @Answers(UserView)
  @Get('me')
  async me(@Who() { id }: CurrentUser): Promise<Answer> {
    return saved('/profile', userView(await this.users.get(id)));
  }

  /** What the forms show besides their fields. */
  async signUpState(request: Request): Promise<object> {
    const sent = request.body as { next?: unknown } | undefined;
    return { ...(await this.signUps.state()), next: safeNext(sent?.next) };
  }
}
