import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCENARIO = /^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm;
const UNSCORED = /^ {2}[✓✗] (\S+) \((?:extension|pending|added-after-release)\)/gm;

/** What is run: a release of the official suite with what it has to run. It needs Node 22 or newer. */
export const SETS = {
  '2026-07-28': { release: '0.2.0-alpha.12', args: ['--requirements', '2026-07-28'] },
  '2025-11-25': { release: '0.2.0-alpha.12', args: ['--requirements', '2025-11-25'] },
  '0.1.16': { release: '0.1.16', args: ['--suite', 'all'] },
};

/** Judges the server at `url`: `{exit, scenarios: Map name → {passed, failed, scored, faults}}`. */
export async function judge(set, url) {
  const { release, args } = SETS[set];
  const folder = mkdtempSync(join(tmpdir(), 'mcpo-conformance-'));
  try {
    const packages = ['-p', 'node@24', '-p', `@modelcontextprotocol/conformance@${release}`];
    const { output, exit } = await run('npx', [
      ...['-y', ...packages, 'conformance', 'server', '--url', url, ...args, '-o', folder],
    ]);
    const scenarios = readScenarios(output, folder);
    if (scenarios.size === 0) throw new Error(`The suite ${set} ran nothing (exit code ${exit}):\n${output}`);
    return { exit, scenarios };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (output += part));
  const [exit] = await once(child, 'close');
  return { output, exit };
}

function readScenarios(output, folder) {
  const unscored = new Set([...output.matchAll(UNSCORED)].map(([, name]) => name));
  const scenarios = [...output.matchAll(SCENARIO)].map(([, name, passed, failed]) => {
    const faults = faultsOf(folder, name);
    return [name, { passed: Number(passed), failed: Number(failed), scored: !unscored.has(name), faults }];
  });
  return new Map(scenarios);
}

/** What the checks of a scenario complained about, warnings included. */
function faultsOf(folder, name) {
  const results = readdirSync(folder).find((entry) => entry.replace(/^server-/, '').replace(/-\d{4}-.*$/, '') === name);
  const file = results && join(folder, results, 'checks.json');
  // A scenario that threw leaves no checks behind.
  if (!file || !existsSync(file)) return [];
  return JSON.parse(readFileSync(file, 'utf8'))
    .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    .map(({ id, status, errorMessage }) => `${status === 'WARNING' ? '(warning) ' : ''}${id}: ${errorMessage}`);
}
