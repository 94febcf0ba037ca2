import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import cookieParser from 'cookie-parser';
import type { Express } from 'express';
import { AppModule } from './app.module.js';
import { SessionCookie } from './auth/index.js';
import { GatewayListener } from './mcp-gateway/index.js';
import { serveOpenApi } from './shared/api/index.js';
import type { Config } from './shared/config/index.js';
import { AnsweringAdapter, createViewEngine, ErrorsFilter, Responder, validation } from './shared/html/index.js';
import {
  methodOverride,
  mountAssets,
  ownHost,
  readBody,
  requestId,
  securityHeaders,
  stripApiPrefix,
} from './shared/http/index.js';
import { Logging } from './shared/logging.js';
import { root } from './shared/root.js';

/** The whole product over a running database, ready to listen. */
export async function createApp(config: Config, databaseUrl: string): Promise<INestApplication> {
  const responder = new Responder(createViewEngine(join(root, 'views'), { cache: config.env !== 'development' }));
  const adapter = new AnsweringAdapter(responder);
  const app = await NestFactory.create(AppModule.with(config, databaseUrl), adapter, {
    logger: new Logging(config),
    bodyParser: false,
    forceCloseConnections: true,
    abortOnError: false,
  });
  const express = app.getHttpAdapter().getInstance() as Express;
  express.set('query parser', 'extended');
  express.set('trust proxy', config.trustedProxies.length > 0 ? [...config.trustedProxies] : false);
  mountAssets(express, { cache: config.env !== 'development' });
  app.use(requestId, securityHeaders(config), ownHost(config), cookieParser());
  // Strangers may post to /auth only, and little; the second reader leaves alone what the first has read.
  app.use('/auth', ...readBody('16kb'));
  app.use(...readBody('1mb'));
  app.use(methodOverride);
  app.useGlobalPipes(validation());
  app.useGlobalFilters(new ErrorsFilter(responder));
  serveOpenApi(app, { version: version(), cookie: app.get(SessionCookie).name });
  const gateway = app.get(GatewayListener);
  adapter.frontDoor = (request, response) => {
    if (gateway.handles(request.url ?? '/')) {
      gateway.handle(request, response);
      return true;
    }
    stripApiPrefix(request);
    return false;
  };
  return app;
}

function version(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
