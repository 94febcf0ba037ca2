import { ExpressAdapter } from '@nestjs/platform-express';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Response } from 'express';
import { PageAnswer, SavedAnswer } from './answer.js';
import type { Responder } from './responder.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Takes a request before Express does; true when it did. */
export type FrontDoor = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Express for Nest, with the Responder as the way every Answer leaves and a door in front for the gateway. */
export class AnsweringAdapter extends ExpressAdapter {
  frontDoor: FrontDoor = () => false;

  constructor(private readonly responder: Responder) {
    super();
  }

  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (body instanceof PageAnswer || body instanceof SavedAnswer) {
      this.responder.send(response, body);
      return response;
    }
    return super.reply(response, body, statusCode) as unknown;
  }

  override initHttpServer(options: Parameters<ExpressAdapter['initHttpServer']>[0]): void {
    super.initHttpServer(options);
    const server = this.httpServer as Server;
    const express = this.getInstance<Listener>();
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!this.frontDoor(request, response)) express(request, response);
    });
    // Slow headers hold nothing for long; bodies may be large (Security S22).
    server.headersTimeout = 10_000;
    server.keepAliveTimeout = 65_000;
  }
}
