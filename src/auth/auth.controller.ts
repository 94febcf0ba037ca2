import { Body, Controller, Get, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { minutes, Throttle } from '@nestjs/throttler';
import type { Request } from 'express';
import { type Answer, FormView, saved } from '../shared/html/index.js';
import { Public } from '../shared/http/index.js';
import { LoginForm, SignUpForm } from './auth.forms.js';
import { CredentialsService } from './credentials.service.js';
import { type CurrentUser, Who } from './current-user.js';
import { RetryAfter } from './retry-after.interceptor.js';
import { safeNext } from './safe-next.js';
import { SignIns } from './sign-ins.js';
import { SignUpService } from './sign-up.service.js';
import { userView } from './user.view.js';
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

  /** Makes an account and signs it in; the first one administers the instance. */
  @Post('signup')
  @Public()
  @Throttle(DEAR)
  @FormView('auth/sign-up', { load: 'signUpState' })
  async signUp(@Body() form: SignUpForm, @Req() request: Request): Promise<Answer> {
    const user = await this.signUps.signUp(form);
    const token = await this.signIns.begin(request, user);
    return saved(safeNext(form.next), { user: userView(user), token }, { status: 201 });
  }

  /** Answers a token for programs and sets the cookie for browsers; both last 12 hours. */
  @HttpCode(200)
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

  /** Ends the session of the token at once, everywhere. */
  @HttpCode(204)
  @Post('logout')
  async logout(@Who() user: CurrentUser, @Req() request: Request): Promise<Answer> {
    await this.signIns.end(request, user);
    return saved('/login', null, { notice: 'You are signed out.' });
  }

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
