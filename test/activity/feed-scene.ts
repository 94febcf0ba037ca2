import type { As } from '../support/client.js';

export interface Activity {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly actor: { id: string; name: string } | null;
  readonly object: { type: string; id: string | null; name: string };
  readonly changes: { field: string; from: unknown; to: unknown }[];
  readonly ip: string | null;
  readonly project: { id: string; slug: string | null; name: string | null } | null;
}

export interface Feed {
  readonly items: Activity[];
  readonly nextCursor: string | null;
}

export async function feedOf(who: As, path: string): Promise<Activity[]> {
  const { status, body, text } = await who.get<Feed>(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return body.items;
}

/** What this adds to a feed, the first first, in brief. */
export async function deedsOf(who: As, path: string, act: () => Promise<unknown>): Promise<Activity[]> {
  const before = new Set((await feedOf(who, path)).map(({ id }) => id));
  await act();
  return (await feedOf(who, path)).filter(({ id }) => !before.has(id)).reverse();
}

/** `server.created everything`, for comparing. */
export const brief = ({ type, object }: Activity) => `${type} ${object.name}`;
