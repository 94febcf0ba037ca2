import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import type { As } from '../support/client.js';
import { scene } from '../support/scene.js';

const PROGRAMS = 20;

/** Remote servers point at a listener that counts; a program leaves a file behind when it is started. */
const INSERT = `
  INSERT INTO mcp_servers (project_id, name, transport, command, args, url, timeout_ms, status)
  SELECT projects.id, 'server-' || n, CASE WHEN n <= ${PROGRAMS} THEN 'stdio' WHEN n % 2 = 0 THEN 'sse' ELSE 'streamable-http' END,
    CASE WHEN n <= ${PROGRAMS} THEN 'touch' END,
    CASE WHEN n <= ${PROGRAMS} THEN jsonb_build_array($1 || '/' || n) ELSE '[]' END,
    CASE WHEN n > ${PROGRAMS} THEN $2 || n END, 1000, 'offline'
  FROM projects, generate_series(1, 200) n WHERE slug = 'demo'`;

let app: TestApp;
let ada: As;
let folder: string;
let listener: Server;
let connections = 0;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  folder = await mkdtemp(join(tmpdir(), 'mcpo-crowd-'));
  listener = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await app.nest.get(DataSource).query(INSERT, [folder, `http://127.0.0.1:${port}/`]);
});

afterAll(async () => {
  await app.close();
  listener.close();
  await rm(folder, { recursive: true });
});

describe('200 servers that cannot be reached', () => {
  it('are listed from the database, as page, fragment and JSON, and none of them is touched', async () => {
    const from = performance.now();
    const json = await ada.get<{ items: { lastCheckedAt: string | null }[] }>('/api/projects/demo/servers');
    const page = await ada.page('/projects/demo/servers');
    const fragment = await ada.get('/projects/demo/servers', { fragment: true });
    const project = await ada.get<{ counts: { servers: number } }>('/api/projects/demo');
    expect(performance.now() - from).toBeLessThan(2000);
    expect(json.body.items).toHaveLength(200);
    for (const { status, text } of [page, fragment]) {
      expect(status).toBe(200);
      for (let n = 1; n <= 200; n++) expect(text).toContain(`>server-${n}<`);
    }
    expect(project.body.counts.servers).toBe(200);
    expect(json.body.items.filter(({ lastCheckedAt }) => lastCheckedAt !== null)).toEqual([]);
    expect([connections, await readdir(folder)]).toEqual([0, []]);
  });

  it('are touched, every one, when somebody asks for their status', async () => {
    const { status, body } = await ada.post<{ items: object[] }>('/api/projects/demo/servers/refresh-status');
    expect([200, 202]).toContain(status);
    expect(body.items).toHaveLength(200);
    await expect.poll(() => connections, { timeout: 20_000 }).toBeGreaterThanOrEqual(200 - PROGRAMS);
    await expect.poll(() => readdir(folder), { timeout: 20_000 }).toHaveLength(PROGRAMS);
  });
});
