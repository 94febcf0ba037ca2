import { createRequire } from 'node:module';
import type { TestApp } from './app.js';
import { As } from './client.js';
import { people } from './people.mjs';

export { people };

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
