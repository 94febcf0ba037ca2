import type { TestApp } from './app.js';

export interface Answered<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

interface Sent {
  readonly html?: boolean;
  readonly fragment?: boolean;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** Somebody who talks to the product: a JSON program with a token, or the same person's browser. */
export class As {
  constructor(
    private readonly app: Pick<TestApp, 'url'>,
    readonly token?: string,
  ) {}

  get<Body = Record<string, unknown>>(path: string, sent: Sent = {}): Promise<Answered<Body>> {
    return this.send<Body>('GET', path, undefined, sent);
  }

  post<Body = Record<string, unknown>>(path: string, body: unknown = {}, sent: Sent = {}): Promise<Answered<Body>> {
    return this.send<Body>('POST', path, body, sent);
  }

  patch<Body = Record<string, unknown>>(path: string, body: unknown, sent: Sent = {}): Promise<Answered<Body>> {
    return this.send<Body>('PATCH', path, body, sent);
  }

  put<Body = Record<string, unknown>>(path: string, body: unknown, sent: Sent = {}): Promise<Answered<Body>> {
    return this.send<Body>('PUT', path, body, sent);
  }

  delete<Body = Record<string, unknown>>(path: string, body?: unknown, sent: Sent = {}): Promise<Answered<Body>> {
    return this.send<Body>('DELETE', path, body, sent);
  }

  /** The page as a browser without JavaScript asks for it. */
  page(path: string): Promise<Answered> {
    return this.get(path, { html: true });
  }

  /** A form as a browser without JavaScript posts it; redirects are not followed. */
  submit(path: string, form: Record<string, string>): Promise<Answered> {
    return this.send('POST', path, undefined, { html: true, form });
  }

  private async send<Body>(method: string, path: string, body: unknown, sent: Sent): Promise<Answered<Body>> {
    const headers: Record<string, string> = {
      accept: sent.html || sent.fragment ? 'text/html' : 'application/json',
      ...(sent.fragment && { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }),
      ...(this.token && { authorization: `Bearer ${this.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...sent.headers,
    };
    const response = await fetch(this.app.url + path, {
      method,
      headers,
      redirect: 'manual',
      body: sent.form ? new URLSearchParams(sent.form) : body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: (isJson ? JSON.parse(text) : {}) as Body, text, headers: response.headers };
  }
}
