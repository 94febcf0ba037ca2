import { idAt } from './random.mjs';

const DAY = 86_400_000;
const FIRST = 9 * DAY;

/** What was made within seconds looks as if it took the last days; the order stays. */
export async function spreadOverDays(query) {
  const made = await query('SELECT id, at FROM activities ORDER BY at, id');
  const now = Date.now();
  for (const [place, { id }] of made.entries()) {
    const at = Math.floor(now - FIRST * (1 - place / made.length) ** 2 - 600_000);
    await query('UPDATE activities SET id = $2, at = $3 WHERE id = $1', [id, idAt(at), new Date(at).toISOString()]);
  }
  for (const [table, object] of [
    ['users', 'user.signed_up'],
    ['projects', 'project.created'],
    ['mcp_servers', 'server.created'],
    ['mcp_servers', 'server.imported'],
    ['api_keys', 'key.created'],
    ['teams', 'team.created'],
  ]) {
    await query(
      `UPDATE ${table} AS made SET created_at = activity.at FROM activities AS activity
       WHERE activity.object_id = made.id::text AND activity.type = $1`,
      [object],
    );
  }
}
