// Prints the path of a Chromium for the browser tests, installing one where there is none (Debian and Ubuntu).
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { alone } from './lock.mjs';

const root = dirname(import.meta.dirname);
const cache = join(root, '.cache', 'chromium');
const unpacked = join(cache, 'chromium-here');
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find() {
  const given = process.env.CHROMIUM_PATH;
  if (given && !isProgram(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is not a program.`);
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS];
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return given ?? [...candidates, unpacked].find(isProgram);
}

function run(command, args, options = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env, ...options });
  return { ok: result.status === 0, stdout: result.stdout ?? '', stderr: result.stderr ?? result.error?.message ?? '' };
}

function must(command, args, options) {
  const result = run(command, args, options);
  if (!result.ok) throw new Error(`"${command} ${args.join(' ')}" failed:\n${result.stderr}`);
  return result.stdout;
}

/** As root, or with a sudo that asks for no password. */
function installed() {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && !run('sudo', ['-n', 'true']).ok) return false;
  const apt = (...args) =>
    run(sudo[0] ?? 'apt-get', [...sudo.slice(1), ...(sudo.length > 0 ? ['apt-get'] : []), ...args]);
  return apt('update').ok && apt('install', '-y', '--no-install-recommends', 'chromium').ok;
}

/** As an ordinary user: the packages that this machine lacks, unpacked into `.cache/`. */
function unpack() {
  rmSync(cache, { recursive: true, force: true });
  const folders = ['lists/partial', 'archives/partial', 'debs', 'root'].map((name) => join(cache, name));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const own = { 'Dir::State::lists': join(cache, 'lists'), 'Dir::Cache': cache, 'Debug::NoLocking': '1' };
  const options = Object.entries(own).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  must('apt-get', [...options, 'update']);
  const plan = must('apt-get', [...options, 'install', '-s', '--no-install-recommends', 'chromium']);
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error('apt-get offers no package "chromium" to install');
  must('apt-get', [...options, 'download', ...names], { cwd: join(cache, 'debs') });
  for (const name of readdirSync(join(cache, 'debs')))
    must('dpkg', ['-x', join(cache, 'debs', name), join(cache, 'root')]);
  for (const name of ['debs', 'lists', 'archives']) rmSync(join(cache, name), { recursive: true });
  const libraries = must('find', [join(cache, 'root'), '-name', '*.so*', '-printf', '%h\\n']).split('\n');
  const path = [...new Set(libraries)].filter(Boolean).join(':');
  const program = join(cache, 'root/usr/lib/chromium/chromium');
  writeFileSync(unpacked, `#!/bin/sh\nLD_LIBRARY_PATH='${path}' exec '${program}' "$@"\n`);
  chmodSync(unpacked, 0o755);
}

function ensure() {
  const found = find();
  if (found) return found;
  console.error('Installing Chromium for the browser tests …');
  if (!installed()) unpack();
  const program = find();
  if (!program || !run(program, ['--version', '--no-sandbox']).ok) throw new Error('the program does not start');
  return program;
}

try {
  console.log(await alone(join(root, 'bin'), ensure));
} catch (error) {
  console.error(
    `There is no Chromium for the browser tests (${error.message.trim()}).\n` +
      'Install it ("apt-get install chromium"), or set CHROMIUM_PATH to the program.',
  );
  process.exitCode = 1;
}
