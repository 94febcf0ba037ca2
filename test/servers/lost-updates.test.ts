import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import type { As } from '../support/client.js';
import { scene } from '../support/scene.js';

interface Server {
  readonly id: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly timeoutMs: number;
  readonly headers: Record<string, unknown>;
}

let app: TestApp;
let ada: As;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
});

afterAll(() => app.close());

async function server(name: string): Promise<string> {
  const registration = { name, transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };
  return `/api/projects/demo/servers/${(await ada.post<Server>('/api/projects/demo/servers', registration)).body.id}`;
}

describe('People who change a server at the same time', () => {
  it('do not undo each other: a field, another one, headers and the switch', async () => {
    for (let round = 0; round < 8; round++) {
      const path = await server(`round-${round}`);
      const answers = await Promise.all([
        ada.patch(path, { description: 'Shown' }),
        ada.post(`${path}/toggle`, { enabled: false }),
        ada.patch(path, { timeoutMs: 5000 }),
        ada.patch(path, { headers: { 'X-One': 'one' } }),
        ada.patch(path, { headers: { 'X-Two': 'two' } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const { enabled, description, timeoutMs, headers } = (await ada.get<Server>(path)).body;
      const all = { enabled: false, description: 'Shown', timeoutMs: 5000, headers: ['X-One', 'X-Two'] };
      expect({ enabled, description, timeoutMs, headers: Object.keys(headers).toSorted() }).toEqual(all);
    }
  });

  it('do not bring back a server that is deleted meanwhile', async () => {
    const path = await server('leaving');
    const [, changed] = await Promise.all([ada.delete(path), ada.patch(path, { description: 'Still here' })]);
    expect([200, 404]).toContain(changed.status);
    expect((await ada.get(path)).status).toBe(404);
  });
});
