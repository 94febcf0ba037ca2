import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ThrottlerModule, seconds } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/index.js';
import { FormViewInterceptor } from '../html/index.js';
import { TrustedProxies } from './client-ip.js';
import { CsrfGuard } from './csrf.guard.js';
import { HealthController } from './health.controller.js';
import { HomeController } from './home.controller.js';
import { RateLimitGuard } from './rate-limit.guard.js';

/** What every page and JSON request passes before its handler; import it after the modules whose guards come first. */
@Global()
@Module({
  imports: [ThrottlerModule.forRoot({ throttlers: [{ ttl: seconds(60), limit: 300 }] })],
  controllers: [HealthController, HomeController],
  providers: [
    {
      provide: TrustedProxies,
      inject: [CONFIG],
      useFactory: (config: Config) => new TrustedProxies(config.trustedProxies),
    },
    { provide: APP_GUARD, useClass: CsrfGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_INTERCEPTOR, useClass: FormViewInterceptor },
  ],
  exports: [TrustedProxies],
})
export class HttpModule {}
