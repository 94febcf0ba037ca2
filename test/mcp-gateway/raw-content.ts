import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ProgramRegistration } from '../support/upstreams.js';
import { initialize } from './harness.js';

/** Bytes as characters: nothing is decoded, so nothing can become equal by decoding. */
const BYTES = 'latin1';

/** The first list called `content` in JSON text, as it is written there. */
export function rawContent(text: string): string {
  const start = /"content":(?=\[)/.exec(text);
  if (!start) throw new Error(`No content in ${text}`);
  const rest = text.slice(start.index + start[0].length);
  let depth = 0;
  for (const { 0: token, index } of rest.matchAll(/"(?:[^"\\]|\\.)*"|[[\]]/g)) {
    if (token === '[') depth++;
    if (token === ']' && --depth === 0) return rest.slice(0, index + 1);
  }
  throw new Error(`The content does not end in ${text}`);
}

/** Keeps what comes back over HTTP before any client has read it. */
export class Tap {
  private parts: Buffer[] = [];

  readonly fetch: typeof fetch = async (url, init) => {
    const answer = await fetch(url, init);
    if (!answer.body) return answer;
    const keep = new TransformStream<Uint8Array, Uint8Array>({
      transform: (part, controller) => {
        this.parts.push(Buffer.from(part));
        controller.enqueue(part);
      },
    });
    return new Response(answer.body.pipeThrough(keep), answer);
  };

  /** The content of the result that has come since the last time. */
  async contentOf(call: () => Promise<unknown>): Promise<string> {
    this.parts = [];
    await call();
    return rawContent(Buffer.concat(this.parts).toString(BYTES));
  }
}

export interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** What a program on stdio lists and answers, read from its lines by hand. */
export async function askProgram(
  { command, args, env }: ProgramRegistration & { env?: Record<string, string> },
  calls: readonly Call[],
): Promise<{ tools: string[]; contents: string[] }> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout.setEncoding(BYTES) })[Symbol.asyncIterator]();
  const ask = async (message: object): Promise<string> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    for (;;) {
      const line = (await lines.next()).value as string;
      if ((JSON.parse(line) as { id?: unknown }).id === (message as { id?: unknown }).id) return line;
    }
  };
  await ask(initialize());
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const list = JSON.parse(await ask({ jsonrpc: '2.0', id: 1, method: 'tools/list' })) as {
    result: { tools: { name: string }[] };
  };
  const contents: string[] = [];
  for (const params of calls)
    contents.push(rawContent(await ask({ jsonrpc: '2.0', id: 2 + contents.length, method: 'tools/call', params })));
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { tools: list.result.tools.map(({ name }) => name), contents };
}
