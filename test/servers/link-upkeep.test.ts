import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UpstreamPool } from '../../src/servers/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';

let app: TestApp;
let ada: As;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
});

afterAll(() => app.close());

const linksOf = (id: string) => app.nest.get(UpstreamPool).links(id);

/** A server in a project of its own, with its program running. */
async function running(slug: string): Promise<{ id: string; pid: number }> {
  await ada.post('/api/projects', { name: slug, slug });
  const { id } = await addServer(ada, slug, { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') });
  const path = `/api/projects/${slug}/servers/${id}/tools/echo/execute`;
  expect((await ada.post(path, { arguments: { message: 'hello' } })).status).toBe(200);
  return { id, pid: linksOf(id)[0]?.pid as number };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the links of a server', () => {
  it('end, and its program with them, when the project is deleted', async () => {
    const { id, pid } = await running('doomed');
    expect(isAlive(pid)).toBe(true);
    expect((await ada.delete('/api/projects/doomed')).status).toBe(204);
    await expect.poll(() => linksOf(id), { timeout: 5000 }).toEqual([]);
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  it('stay when something else of the project changes', async () => {
    const { id, pid } = await running('calm');
    const other = await running('other');
    await ada.patch('/api/projects/calm', { description: 'Another one' });
    await ada.patch(`/api/projects/calm/servers/${id}`, { description: 'Another one' });
    // What ends these links looks at all others of the product in the same moment.
    await ada.delete('/api/projects/other');
    await expect.poll(() => linksOf(other.id), { timeout: 5000 }).toEqual([]);
    expect(linksOf(id).map((link) => link.pid)).toContain(pid);
  });
});
