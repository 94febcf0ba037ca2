import { nameIn, type Cell } from './axes.js';
import type { Driver, Result } from './drivers.js';

/** Calls a tool of the cell's upstream. */
export function callIn(cell: Cell, client: Driver, name: string, args: object = {}): Promise<Result> {
  return client.request('tools/call', { name: nameIn(cell, name), arguments: args });
}

/** The first text that a tool has returned. */
export function textOf({ content }: Result): string | undefined {
  return (content as { text?: string }[] | undefined)?.[0]?.text;
}

/** The pages of a list, one after another. */
export async function pagesOf(client: Driver, list: 'tools' | 'prompts' | 'resources'): Promise<Result[]> {
  const pages = [await client.request(`${list}/list`)];
  for (let cursor = pages[0]?.nextCursor; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
    pages.push(await client.request(`${list}/list`, { cursor }));
  }
  return pages;
}

/** A member of every entry of a list result. */
export function valuesOf(result: Result, list: string, member: string): unknown[] {
  return (result[list] as Record<string, unknown>[]).map((entry) => entry[member]);
}

/** The code of the error that a request ended with. */
export async function codeOf(request: Promise<unknown>): Promise<unknown> {
  const error: unknown = await request.then(
    (result) => {
      throw new Error(`no error, but ${JSON.stringify(result)}`);
    },
    (reason: unknown) => reason,
  );
  const { code } = error as { code?: unknown };
  if (code === undefined) throw error;
  return code;
}
