import { writeHistory } from './history.mjs';
import { spreadOverDays } from './spread.mjs';
import { makeWorld } from './world.mjs';

const IN_USE =
  'This instance is in use: the seed fills only an empty one. Give it a folder of its own, as in ' +
  'DATA_DIR=.cache/demo npm run seed, or DATABASE_URL with an empty database.';

/** @throws Error when anybody has signed up. */
export async function demandEmpty(query) {
  const [{ used }] = await query('SELECT EXISTS (SELECT FROM users) AS used');
  if (used) throw new Error(IN_USE);
}

/**
 * Fills an empty instance at `url`, by its own API where there is one. `query` reaches its database, for what takes days:
 * calls, sessions, logs, and when it all happened. Answers a key for clients.
 */
export async function seed({ url, query }) {
  await demandEmpty(query);
  const world = await makeWorld(url);
  await writeHistory(query, world);
  await spreadOverDays(query);
  return { key: world.key };
}
