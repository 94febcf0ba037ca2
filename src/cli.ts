import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from './shared/config/index.js';
import { migrate, migrationStatus, reachDatabase, revertMigration } from './shared/database/index.js';
import { StartupError } from './shared/errors/index.js';

interface Command {
  readonly summary: string;
  run(url: string): Promise<string>;
}

const COMMANDS: Record<string, Command> = {
  migrate: {
    summary: 'bring the database up to date (every start does this too)',
    run: async (url) => (await migrate(url)).map((name) => `applied ${name}`).join('\n') || 'nothing to apply',
  },
  'migrate:revert': {
    summary: 'take the newest migration back',
    run: async (url) => {
      const name = await revertMigration(url);
      return name ? `reverted ${name}` : 'nothing to revert';
    },
  },
  'migrate:status': {
    summary: 'list the migrations, applied and pending',
    run: async (url) => {
      const migrations = await migrationStatus(url);
      return migrations.map(({ name, applied }) => `${applied ? 'applied' : 'pending'}  ${name}`).join('\n');
    },
  },
};

const HELP = `Usage: node dist/src/cli.js <command>

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(16)}${summary}`)
  .join('\n')}

The settings are those of the product (.env.example): DATABASE_URL, or the embedded database in DATA_DIR.`;

async function run(command: Command): Promise<void> {
  const database = await reachDatabase(readConfig());
  try {
    console.log(await command.run(database.url));
  } finally {
    await database.stop();
  }
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const [name = '', ...rest] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command && rest.length === 0 && !values.help) {
    await run(command);
    return 0;
  }
  console.log(HELP);
  return values.help ? 0 : 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isExpected = error instanceof StartupError || error instanceof ConfigError;
  console.error(isExpected ? error.message : error);
  process.exitCode = error instanceof StartupError ? error.exitCode : 1;
}
