import type { Request, Response } from 'express';
import type { ErrorView } from '../api/index.js';
import type { AppError } from '../errors/index.js';
import { type Answer, PageAnswer, SavedAnswer } from './answer.js';
import type { ViewEngine } from './engine.js';
import { keepNotice, takeNotice } from './notice.js';
import { VARY, wanted, type Wanted } from './wants.js';

declare module 'express-serve-static-core' {
  interface Request {
    requestId: string;
    /** Set by the project guard; templates draw the navigation from it. */
    project?: object;
    /** Set by the team guard, for the same. */
    team?: object;
  }
}

/** Turns what handlers answer into bytes: page, htmx fragment or JSON. */
export class Responder {
  constructor(private readonly views: ViewEngine) {}

  send(response: Response, answer: Answer): void {
    const request = response.req;
    // Going back after signing out must not show what was there, and no cache may hold a token.
    response.vary(VARY.join(', ')).set('Cache-Control', 'no-store');
    if (answer instanceof PageAnswer) this.sendPage(request, response, answer);
    else this.sendSaved(request, response, answer);
  }

  sendError(response: Response, error: AppError): void {
    const request = response.req;
    const { code, message, status, fields } = error;
    response.status(status).vary(VARY.join(', '));
    const shape = wanted(request);
    if (shape === 'json') {
      const error = { code, message, requestId: request.requestId, ...(fields && { fields }) };
      response.json({ error } satisfies ErrorView);
      return;
    }
    if (status === 401) {
      this.redirect(response, `/login${returnTo(request, shape)}`, shape === 'fragment');
      return;
    }
    if (shape === 'fragment') response.set({ 'HX-Retarget': '#toast', 'HX-Reswap': 'innerHTML' });
    const template = shape === 'fragment' ? 'errors/_toast' : 'errors/error';
    this.html(request, response, template, { status, code, message, title: message });
  }

  private sendPage(request: Request, response: Response, answer: PageAnswer): void {
    const { status = 200, partial } = answer.options;
    response.status(status);
    const shape = wanted(request);
    if (shape === 'json') {
      response.json(answer.json);
      return;
    }
    const template = shape === 'fragment' && partial ? partial : answer.template;
    this.html(request, response, template, { ...answer.json, ...answer.html });
  }

  private sendSaved(request: Request, response: Response, { to, json, options }: SavedAnswer): void {
    const { status = json === null ? 204 : 200, notice, partial } = options;
    const shape = wanted(request);
    if (shape === 'json') {
      response.status(status);
      if (json === null) response.end();
      else response.json(json);
    } else if (shape === 'fragment' && partial) {
      if (notice) response.set('HX-Trigger', asciiJson({ toast: { text: notice, tone: 'ok' } }));
      response.status(200);
      this.html(request, response, partial.template, partial.data);
    } else {
      keepNotice(response, notice);
      this.redirect(response, to, shape === 'fragment');
    }
  }

  private redirect(response: Response, to: string, byHtmx: boolean): void {
    if (byHtmx) response.status(200).set('HX-Redirect', to).end();
    else response.redirect(303, to);
  }

  private html(request: Request, response: Response, template: string, data: object): void {
    const fragment = wanted(request) === 'fragment';
    const locals = {
      user: (request as { user?: object }).user ?? null,
      project: request.project,
      team: request.team,
      requestId: request.requestId,
      path: request.path,
      fragment,
      notice: fragment ? undefined : takeNotice(request, response),
    };
    response.type('html').send(this.views.render(template, { ...locals, ...data }));
  }
}

/** Where signing in leads back to: the page asked for, or the one that an htmx request came from. */
function returnTo(request: Request, shape: Wanted): string {
  const current = request.get('HX-Current-URL') ?? '';
  const from = shape === 'fragment' && URL.canParse(current) ? new URL(current) : undefined;
  const asked = shape === 'page' && request.method === 'GET' ? request.originalUrl : undefined;
  const path = from ? from.pathname + from.search : asked;
  return path === undefined ? '' : `?next=${encodeURIComponent(path)}`;
}

/** Header values are Latin-1: what lies beyond is escaped. */
function asciiJson(value: object): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escape);
}
