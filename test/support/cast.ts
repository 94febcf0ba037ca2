import { createRequire } from 'node:module';
import type { TestApp } from './app.js';
import { As } from './client.js';

/** The people of the tests; the first to sign up is the administrator. */
export const people = {
  ada: { name: 'Ada Admin', email: 'ada@example.com', password: 'correct horse battery staple' },
  otto: { name: 'Otto Owner', email: 'otto@example.com', password: 'a quite long pass phrase' },
  nora: { name: 'Nora Nobody', email: 'nora@example.com', password: 'another long pass phrase' },
} as const;

export async function signUp(app: Pick<TestApp, 'url'>, who: keyof typeof people): Promise<As> {
  const answer = await new As(app).post<{ token: string }>('/api/auth/signup', people[who]);
  if (answer.status !== 201) throw new Error(`${who} cannot sign up: ${answer.status} ${answer.text}`);
  return new As(app, answer.body.token);
}

const require = createRequire(import.meta.url);

/** The command line of a real MCP server that stands in node_modules. */
export function everythingCommand(...args: string[]): { command: string; args: string[] } {
  const entry = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
  return { command: process.execPath, args: [entry, ...args] };
}
