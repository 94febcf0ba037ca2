import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../src/shared/database/index.js';
import { makeTemplate } from './database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** May create databases; its own holds nothing of the tests. */
    serverUrl: string;
    /** A database with all migrations, to be copied. */
    templateName: string;
  }
}

/** One PostgreSQL for the whole run: that of `TEST_DATABASE_URL`, or an embedded one of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcpo-test-'));
  const database = await startDatabase({ databaseUrl: process.env.TEST_DATABASE_URL, dataDir });
  const template = await makeTemplate(database.url);
  project.provide('serverUrl', database.url);
  project.provide('templateName', template.name);
  return async () => {
    await template.drop();
    await database.stop();
    await rm(dataDir, { recursive: true });
  };
}
