import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { type Answer, page, saved } from '../shared/html/index.js';
import { Public } from '../shared/http/index.js';
import { currentUser } from './current-user.js';
import { safeNext } from './safe-next.js';
import { SignUpService } from './sign-up.service.js';

/** The pages whose forms are AuthController's. Who is signed in already goes on. */
@ApiExcludeController()
@Public()
@Controller()
export class AuthPagesController {
  constructor(private readonly signUps: SignUpService) {}

  /** While nobody has an account this is where the administrator's is made. */
  @Get('login')
  async login(@Req() request: Request, @Query('next') next: unknown): Promise<Answer> {
    const state = await this.signUps.state();
    return this.form(state.firstRun ? 'auth/sign-up' : 'auth/login', request, { ...state, next: safeNext(next) });
  }

  @Get('signup')
  async signUp(@Req() request: Request, @Query() query: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { next, invitationToken: given } = query;
    const invitationToken = typeof given === 'string' ? given : undefined;
    const state = { ...(await this.signUps.state(invitationToken)), invitationToken };
    return this.form('auth/sign-up', request, { ...state, next: safeNext(next) });
  }

  private form(template: string, request: Request, state: { next: string }): Answer {
    return currentUser(request) ? saved(state.next, state) : page(template, state);
  }
}
