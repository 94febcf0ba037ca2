import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, type Scene, scene } from '../support/scene.js';

let app: TestApp;
let ada: Scene['ada'];
const servers = '/api/projects/demo/servers';

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
});
afterAll(() => app.close());

describe('a server that was added', () => {
  it('is answered at once and comes online with its tools', async () => {
    const added = await ada.post(servers, { name: 'quick', transport: 'stdio', ...everythingCommand('stdio') });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ name: 'quick', status: 'starting', enabled: true, transport: 'stdio' });
    const { id } = await addServer(ada, 'demo', {
      name: 'everything',
      transport: 'stdio',
      ...everythingCommand('stdio'),
    });
    const { body } = await ada.get<{ toolCount: number }>(`${servers}/${id}`);
    expect(body).toMatchObject({ status: 'online', protocolVersion: '2025-11-25', lastError: null });
    expect(body.toolCount).toBeGreaterThan(5);
  });
});
