import { setFlagsFromString } from 'node:v8';
import type { INestApplication } from '@nestjs/common';
import { createApp } from './app.js';
import { ConfigError, readConfig } from './shared/config/index.js';
import { type RunningDatabase, startDatabase } from './shared/database/index.js';
import { StartupError } from './shared/errors/index.js';

// What a call needs lives until its answer, which V8 takes for long: it would soon make such objects in the old generation,
// where the dead keep the young alive until the next full collection. Under load that is a fifth of all work.
setFlagsFromString('--no-allocation-site-pretenuring');

/** How long a stop may take before the process leaves regardless. */
const STOP_LIMIT_MS = 35_000;

const ADDRESS_FAULTS: Record<string, string> = {
  EADDRINUSE: 'is in use already: stop the other program, or set PORT to a free one.',
  EACCES: 'may not be used by this user: set PORT to 1024 or above.',
  EADDRNOTAVAIL: 'is not an address of this machine: set HOST to one, or to 0.0.0.0 for all.',
};

/** What the operator can mend is told in sentences; only the unexpected shows where it came from. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartupError) return error.message;
  const { code = '', address, port } = error as { code?: string; address?: string; port?: number };
  if (ADDRESS_FAULTS[code] && port !== undefined) return `${address}:${port} ${ADDRESS_FAULTS[code]}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Finishes what runs, then stops the database: the last rows of the call log are written in between. */
function stopOnSignals(app: INestApplication, database: RunningDatabase): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    await app.close();
    await database.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop().catch((error: unknown) => fail(error)));
  }
}

function fail(error: unknown): never {
  console.error(explain(error));
  process.exit(error instanceof StartupError ? error.exitCode : 1);
}

try {
  const config = readConfig();
  const database = await startDatabase(config);
  const app = await createApp(config, database.url);
  stopOnSignals(app, database);
  await app.listen(config.port, config.host);
  console.log(`MCP Orchestrator is ready at ${config.publicUrl.origin}`);
} catch (error) {
  fail(error);
}
