import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Secrets } from '../shared/crypto/index.js';
import { AuthPagesController } from './auth-pages.controller.js';
import { AuthController } from './auth.controller.js';
import { CredentialsService } from './credentials.service.js';
import { Departures } from './departures.js';
import { Invited } from './invited.js';
import { GuessLimits } from './guess-limits.js';
import { ProfileDeletionController } from './profile-deletion.controller.js';
import { ProfilePasswordController } from './profile-password.controller.js';
import { ProfileSessionsController } from './profile-sessions.controller.js';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';
import { SessionCookie } from './session-cookie.js';
import { tokenOptions } from './session-token.js';
import { SessionEndings } from './session-endings.service.js';
import { SessionGuard } from './session.guard.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionsService } from './sessions.service.js';
import { SignIns } from './sign-ins.js';
import { SignUpService } from './sign-up.service.js';
import { UserAdministration } from './user-administration.service.js';
import { UserSession } from './user-session.entity.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';
import { Visitors } from './visitors.js';

/** People and how they sign in. Its guard asks for a session on every route of the product. */
@Module({
  imports: [
    TypeOrmModule.forFeature([User, UserSession]),
    JwtModule.registerAsync({ inject: [Secrets], useFactory: tokenOptions }),
  ],
  controllers: [
    AuthPagesController,
    AuthController,
    ProfileController,
    ProfilePasswordController,
    ProfileDeletionController,
    ProfileSessionsController,
  ],
  providers: [
    CredentialsService,
    Departures,
    GuessLimits,
    Invited,
    ProfileService,
    SessionCookie,
    SessionEndings,
    SessionStrategy,
    SessionsService,
    SignIns,
    SignUpService,
    UserAdministration,
    UsersService,
    Visitors,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [Departures, Invited, UserAdministration, UsersService],
})
export class AuthModule {}
