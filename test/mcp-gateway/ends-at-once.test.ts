import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Changes } from '../../src/shared/events/index.js';
import type { As } from '../support/client.js';
import { startTeam, type Team } from '../projects/team.js';
import { everythingStdio } from '../support/upstreams.js';
import { addServer } from '../support/scene.js';
import { bearer, initialize, raw, RawSession } from './harness.js';
import { openSse } from './sse-client.js';

const KEYS = '/api/projects/demo/api-keys';
const AT_ONCE_MS = 1000;

let team: Team;
let server: string;

beforeAll(async () => {
  team = await startTeam({ STDIO_POLICY: 'developer', TRUSTED_PROXIES: '127.0.0.1/32' });
  server = (await addServer(team.owner, 'demo', { name: 'everything', ...everythingStdio() })).id;
});
afterAll(() => team.app.close());

interface Scene {
  readonly keyId: string;
  readonly makerId: string;
}

const sql = (text: string, ...values: unknown[]) => team.app.nest.get(DataSource).query(text, values);
const changed = (topic: 'projects' | 'users') =>
  team.app.nest.get(Changes).publish({ topic, projectId: topic === 'users' ? null : team.projectId });
const ok = async (sent: ReturnType<As['post']>) => expect((await sent).status).toBeLessThan(300);

/** What ends the Developer's key, what the next request is answered, and what takes it back. */
const ENDINGS: [string, number, (scene: Scene) => Promise<void>, (scene: Scene) => Promise<unknown>][] = [
  ['revoking the key', 401, ({ keyId }) => ok(team.owner.delete(`${KEYS}/${keyId}`)), () => Promise.resolve()],
  [
    'rotating the key without an overlap',
    401,
    ({ keyId }) => ok(team.developer.post(`${KEYS}/${keyId}/rotate`, { overlapHours: 0 })),
    () => Promise.resolve(),
  ],
  [
    'lowering its maker to Reporter',
    401,
    async ({ makerId }) => {
      await sql(`UPDATE project_members SET role = 'Reporter' WHERE user_id = $1`, makerId);
      await changed('projects');
    },
    ({ makerId }) => sql(`UPDATE project_members SET role = 'Developer' WHERE user_id = $1`, makerId),
  ],
  [
    'removing its maker from the project',
    401,
    async ({ makerId }) => {
      await sql('DELETE FROM project_members WHERE user_id = $1', makerId);
      await changed('projects');
    },
    ({ makerId }) =>
      sql(
        `INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, 'Developer')`,
        team.projectId,
        makerId,
      ),
  ],
  [
    'disabling its maker',
    401,
    async ({ makerId }) => {
      await sql('UPDATE users SET is_active = false WHERE id = $1', makerId);
      await changed('users');
    },
    ({ makerId }) => sql('UPDATE users SET is_active = true WHERE id = $1', makerId),
  ],
  [
    'leaving out its address',
    403,
    () => ok(team.owner.put('/api/projects/demo/security', { allowedIpRanges: ['10.0.0.0/8'], acceptLockout: true })),
    () => ok(team.owner.put('/api/projects/demo/security', { allowedIpRanges: [] })),
  ],
  [
    'disabling the server',
    404,
    () => ok(team.owner.post(`/api/projects/demo/servers/${server}/toggle`, { enabled: false })),
    () => ok(team.owner.post(`/api/projects/demo/servers/${server}/toggle`, { enabled: true })),
  ],
];

it.each(ENDINGS)(
  '%s ends its streams and sessions within a second, and its next request is a %d',
  async (_, status, end, undo) => {
    const { body } = await team.developer.post<{ key: string; apiKey: { id: string; createdBy: { id: string } } }>(
      KEYS,
      { name: 'k' },
    );
    const scene = { keyId: body.apiKey.id, makerId: body.apiKey.createdBy.id };
    const at = (door: string) => `${team.app.url}/projects/demo/servers/everything/${door}`;
    const session = await RawSession.open(at('mcp'), body.key);
    const headers = { ...session.headers, accept: 'text/event-stream' };
    const listening = raw(session.url, { method: 'GET', headers });
    const sse = await openSse(at('sse'), body.key);
    const ended = Promise.all([listening, sse.closed].map((stream) => stream.then(() => performance.now())));
    expect((await session.call('echo', { message: 'hi' })).json.result).toBeDefined();
    const began = performance.now();
    await end(scene);
    const refused = await session.request('tools/list');
    for (const at of await ended) {
      expect(at).toBeGreaterThan(began);
      expect(at - began).toBeLessThan(AT_ONCE_MS);
    }
    expect((await listening).status).toBe(200);
    expect(refused.status).toBe(status);
    expect(
      (await raw(sse.endpoint, { headers: bearer(body.key), body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status,
    ).toBe(status);
    expect((await raw(at('mcp'), { headers: bearer(body.key), body: initialize() })).status).toBe(status);
    await undo(scene);
    await changed('projects');
    await changed('users');
  },
);
