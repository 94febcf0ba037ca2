import { createApp } from './app.js';
import { ConfigError, readConfig } from './shared/config/index.js';
import { startDatabase } from './shared/database/index.js';
import { StartupError } from './shared/errors/index.js';

/** What the operator can mend is told in sentences; only the unexpected shows where it came from. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  const config = readConfig();
  const database = await startDatabase(config);
  const app = await createApp(config, database);
  await app.listen(config.port, config.host);
  console.log(`MCP Orchestrator is ready at ${config.publicUrl.origin}`);
} catch (error) {
  console.error(explain(error));
  process.exit(error instanceof StartupError ? error.exitCode : 1);
}
