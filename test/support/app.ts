import type { INestApplication } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.js';
import { readConfig, type Config } from '../../src/shared/config/index.js';
import { startDatabase } from '../../src/shared/database/index.js';
import { freshDatabase } from './database.js';

/** The whole product, listening on a free loopback port over a database of its own. */
export interface TestApp {
  readonly url: string;
  readonly config: Config;
  readonly databaseUrl: string;
  readonly nest: INestApplication;
  close(): Promise<void>;
}

/** `settings` are environment variables; loopback upstreams are allowed and logs are quiet unless they say otherwise. */
export async function startApp(settings: Record<string, string> = {}): Promise<TestApp> {
  const fresh = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'mcpo-app-'));
  const port = await freePort();
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: fresh.url,
    DATA_DIR: dataDir,
    UPSTREAM_ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'error',
    ...settings,
  });
  const database = await startDatabase(config);
  const nest = await createApp(config, database.url);
  await nest.listen(port, '127.0.0.1');
  const close = async () => {
    await nest.close();
    await database.stop();
    await fresh.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, config, databaseUrl: fresh.url, nest, close };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
