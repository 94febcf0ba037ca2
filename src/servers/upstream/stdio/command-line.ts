import type { Launcher } from './isolation.js';

type Environment = Readonly<Record<string, string>>;

export interface CommandLine {
  readonly words: readonly string[];
  readonly env: Environment;
}

/** Under names with this prefix, which mean nothing to anybody, variables travel through the launcher. */
const PREFIX = 'MCPO_ENV_';

/**
 * The launcher and behind it the program. The launcher itself sees none of the program's variables by name (`PATH` and
 * `LD_PRELOAD` would change what it does), and the values stand in no command line, which every user of the host may read.
 */
export function commandLine(launcher: Launcher, env: Environment, program: readonly string[]): CommandLine {
  if (launcher.words.length === 0) return { words: program, env };
  const travelling = Object.entries(env).map(([name, value]) => [PREFIX + name, value] as const);
  const words = [...launcher.words, launcher.shell, '-c', takeOver(Object.keys(env), launcher), 'sh', ...program];
  return { words, env: Object.fromEntries(travelling) };
}

/**
 * As process 1 of its namespace the shell stays behind and reaps orphans; being process 1 itself, a program would not
 * react to SIGTERM.
 */
function takeOver(names: readonly string[], { isolates }: Launcher): string {
  const run = isolates ? '"$@"; exit $?' : 'exec "$@"';
  if (names.length === 0) return run;
  const variables = names.map((name) => `${name}="$${PREFIX}${name}"`).join(' ');
  return `export ${variables}; unset ${names.map((name) => PREFIX + name).join(' ')}; ${run}`;
}
